/* race: atomic_signal_fence() is for handlers, not for processes. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1; /* race A */
		atomic_signal_fence(memory_order_seq_cst);
		atomic_store_explicit(&s->flag, 1, memory_order_relaxed);
		_exit(0);
	}
	while (!atomic_load_explicit(&s->flag, memory_order_relaxed))
		sched_yield();
	atomic_signal_fence(memory_order_seq_cst);

	int seen = s->x; /* race B */
	return finish() || seen > 1;
}
