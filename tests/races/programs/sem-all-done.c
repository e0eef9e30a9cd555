/* clean: three children post when they are done, and the parent waits three times. */
#include "shared.h"

#include <semaphore.h>

int main(void)
{
	struct {
		sem_t done;
		int part[3];
	} *s = share(sizeof(*s));

	NEED(sem_init(&s->done, 1, 0));
	for (int i = 0; i < 3; i++) {
		if (NEED(fork()) == 0) {
			s->part[i] = i + 1;
			sem_post(&s->done);
			_exit(0);
		}
	}
	for (int i = 0; i < 3; i++)
		sem_wait(&s->done);
	return s->part[0] + s->part[1] + s->part[2] != 6 || finish();
}
