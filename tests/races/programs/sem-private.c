/* race: the semaphore lies in private memory: each process has its own. */
#include "shared.h"

#include <semaphore.h>
#include <stdbool.h>

static sem_t sem;

int main(void)
{
	int *x = share(sizeof(*x));

	NEED(sem_init(&sem, 1, 1));

	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		sem_wait(&sem);
		(*x)++; /* race A B */
		sem_post(&sem);
	}
	if (child)
		_exit(0);
	return finish();
}
