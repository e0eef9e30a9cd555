/* race: the flag is set before the value. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		atomic_store(&s->flag, 1);
		s->x = 1; /* race A */
		_exit(0);
	}
	int seen = -1;

	while (!atomic_load(&s->flag))
		sched_yield();
	seen = s->x; /* race B */
	return finish() || seen > 1;
}
