/* clean: a lock made of compare-and-exchange. */
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

		while (!atomic_compare_exchange_strong(&s->lock, &open, 1)) {
			open = 0;
			sched_yield();
		}
		s->x++;
		atomic_store(&s->lock, 0);
	}
	if (child)
		_exit(0);
	return finish() || s->x != 20;
}
