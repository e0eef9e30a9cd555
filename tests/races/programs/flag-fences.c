/* clean: relaxed accesses with a fence on each side. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;
		atomic_thread_fence(memory_order_release);
		atomic_store_explicit(&s->flag, 1, memory_order_relaxed);
		_exit(0);
	}
	while (!atomic_load_explicit(&s->flag, memory_order_relaxed))
		sched_yield();
	atomic_thread_fence(memory_order_acquire);
	if (s->x != 1)
		return 1;
	return finish();
}
