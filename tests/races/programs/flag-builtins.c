/* clean: the __sync and __atomic built-ins of the compiler. */
#include "shared.h"

int main(void)
{
	struct {
		int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;
		__atomic_store_n(&s->flag, 1, __ATOMIC_RELEASE);
		_exit(0);
	}
	while (!__sync_fetch_and_add(&s->flag, 0))
		sched_yield();
	if (s->x != 1)
		return 1;
	return finish();
}
