/* race: a lock made of an atomic flag, cleared without release. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	struct {
		atomic_flag lock;
		int x;
	} *s = share(sizeof(*s));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		while (atomic_flag_test_and_set_explicit(&s->lock, memory_order_acquire))
			sched_yield();
		s->x++; /* race A B */
		atomic_flag_clear_explicit(&s->lock, memory_order_relaxed);
	}
	if (child)
		_exit(0);
	return finish();
}
