/* race: tries, and goes on whether it has it or not. */
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
		s->x = 1; /* race A */
		_exit(0);
	}
	sem_trywait(&s->sem);

	int seen = s->x; /* race B */
	return finish() || seen > 1;
}
