/* clean: a flag, stored and loaded as atomics are by default. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;
		s->flag = 1;
		_exit(0);
	}
	while (!s->flag)
		sched_yield();
	if (s->x != 1)
		return 1;
	return finish();
}
