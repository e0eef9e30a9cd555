/* race: waits with a time limit, and goes on when it is over. */
#include "shared.h"

#include <semaphore.h>
#include <time.h>

int main(void)
{
	struct {
		sem_t sem;
		int x;
	} *s = share(sizeof(*s));

	NEED(sem_init(&s->sem, 1, 0));
	if (NEED(fork()) == 0) {
		s->x = 1; /* race A */
		_exit(0);
	}
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1;
	sem_timedwait(&s->sem, &until);

	int seen = s->x; /* race B */
	return finish() || seen > 1;
}
