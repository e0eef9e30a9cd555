/* race: each process makes a semaphore of 1 for itself, in shared memory though. */
#include "shared.h"

#include <semaphore.h>

int main(void)
{
	struct {
		sem_t sem[2];
		int x;
	} *s = share(sizeof(*s));
	int me = NEED(fork()) == 0;

	NEED(sem_init(&s->sem[me], 1, 1));
	for (int i = 0; i < 10; i++) {
		sem_wait(&s->sem[me]);
		s->x++; /* race A B */
		sem_post(&s->sem[me]);
	}
	if (me)
		_exit(0);
	return finish();
}
