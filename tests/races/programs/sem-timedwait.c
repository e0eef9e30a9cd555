/* clean: waits with a time limit, and has it in time. */
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
		s->x = 1;
		sem_post(&s->sem);
		_exit(0);
	}
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1000;
	NEED(sem_timedwait(&s->sem, &until));
	if (s->x != 1)
		return 1;
	return finish();
}
