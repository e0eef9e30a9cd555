/* clean: a flag, stored with release and loaded with acquire. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;
		atomic_store_explicit(&s->flag, 1, memory_order_release);
		_exit(0);
	}
	while (!atomic_load_explicit(&s->flag, memory_order_acquire))
		sched_yield();
	if (s->x != 1)
		return 1;
	return finish();
}
