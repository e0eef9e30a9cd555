/* clean: tries until it has it. */
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
	while (sem_trywait(&s->sem) == -1)
		sched_yield();
	if (s->x != 1)
		return 1;
	return finish();
}
