/* race: relaxed accesses with a fence on one side only. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1; /* race A */
		atomic_thread_fence(memory_order_release);
		atomic_store_explicit(&s->flag, 1, memory_order_relaxed);
		_exit(0);
	}
	int seen = -1;

	while (!atomic_load_explicit(&s->flag, memory_order_relaxed))
		sched_yield();
	seen = s->x; /* race B */
	return finish() || seen > 1;
}
