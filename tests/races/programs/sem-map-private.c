/* race: the semaphore lies in a MAP_PRIVATE mapping: each process has its own. */
#include "shared.h"

#include <semaphore.h>
#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x));
	sem_t *sem = need_memory(mmap(
		NULL, sizeof(*sem), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	NEED(sem_init(sem, 1, 1));

	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		sem_wait(sem);
		(*x)++; /* race A B */
		sem_post(sem);
	}
	if (child)
		_exit(0);
	return finish();
}
