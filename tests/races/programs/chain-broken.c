/* race: a relaxed store in between ends what was released. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		if (NEED(fork()) == 0) {
			s->x = 1; /* race A */
			atomic_store_explicit(&s->flag, 1, memory_order_release);
			_exit(0);
		}
		while (atomic_load_explicit(&s->flag, memory_order_relaxed) != 1)
			sched_yield();
		atomic_store_explicit(&s->flag, 2, memory_order_relaxed);
		_exit(finish());
		_exit(0);
	}
	while (atomic_load_explicit(&s->flag, memory_order_relaxed) != 2)
		sched_yield();
	(void)atomic_load_explicit(&s->flag, memory_order_acquire);

	int seen = s->x; /* race B */
	return finish() || seen > 1;
}
