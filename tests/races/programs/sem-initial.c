/* race: the semaphore begins with 1, so that the wait waits for nobody. */
#include "shared.h"

#include <semaphore.h>

int main(void)
{
	struct {
		sem_t sem;
		int x;
	} *s = share(sizeof(*s));

	NEED(sem_init(&s->sem, 1, 1));
	if (NEED(fork()) == 0) {
		s->x = 1; /* race A */
		sem_post(&s->sem);
		_exit(0);
	}
	sem_wait(&s->sem);

	int seen = s->x; /* race B */
	return finish() || seen > 1;
}
