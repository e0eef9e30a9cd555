/* race: the lock of Peterson with volatile. */
#include "shared.h"

int main(void)
{
	struct {
		volatile int wants[2], turn;
		int x;
	} *s = share(sizeof(*s));
	int me = NEED(fork()) == 0;

	for (int i = 0; i < 5; i++) {
		s->wants[me] = 1;                       /* race A B */
		s->turn = !me;                          /* race A B */
		while (s->wants[!me] && s->turn == !me) /* race A B */
			sched_yield();
		s->x++;           /* race A B */
		s->wants[me] = 0; /* race A B */
	}
	if (me)
		_exit(0);
	return finish();
}
