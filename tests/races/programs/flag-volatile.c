/* race: volatile orders nothing between processes. */
#include "shared.h"

int main(void)
{
	struct {
		volatile int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;    /* race A */
		s->flag = 1; /* race A */
		_exit(0);
	}
	while (!s->flag) /* race B */
		sched_yield();

	int seen = s->x; /* race B */
	return finish() || seen > 1;
}
