/* clean: a semaphore of 1 around each change. */
#include "shared.h"

#include <semaphore.h>
#include <stdbool.h>

int main(void)
{
	struct {
		sem_t sem;
		int x;
	} *s = share(sizeof(*s));

	NEED(sem_init(&s->sem, 1, 1));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		sem_wait(&s->sem);
		s->x++;
		sem_post(&s->sem);
	}
	if (child)
		_exit(0);
	return finish() || s->x != 20;
}
