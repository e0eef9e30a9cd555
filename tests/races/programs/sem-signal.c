/* clean: sem_post after the value, sem_wait before it is read. */
#include "shared.h"

#include <semaphore.h>

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
	sem_wait(&s->sem);
	if (s->x != 1)
		return 1;
	return finish();
}
