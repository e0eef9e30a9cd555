/* race: a lock made of compare-and-exchange that acquires nothing. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	struct {
		atomic_int lock;
		int x;
	} *s = share(sizeof(*s));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		int open = 0;

		while (!atomic_compare_exchange_strong_explicit(
			&s->lock, &open, 1, memory_order_relaxed, memory_order_relaxed)) {
			open = 0;
			sched_yield();
		}
		s->x++; /* race A B */
		atomic_store(&s->lock, 0);
	}
	if (child)
		_exit(0);
	return finish();
}
