/* clean: the lock of Peterson with atomics. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int wants[2], turn;
		int x;
	} *s = share(sizeof(*s));
	int me = NEED(fork()) == 0;

	for (int i = 0; i < 5; i++) {
		s->wants[me] = 1;
		s->turn = !me;
		while (s->wants[!me] && s->turn == !me)
			sched_yield();
		s->x++;
		s->wants[me] = 0;
	}
	if (me)
		_exit(0);
	return finish() || s->x != 10;
}
