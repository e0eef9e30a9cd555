/* clean: each process opens the semaphore by its name. */
#include "shared.h"

#include <semaphore.h>
#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;
	sem_t *sem = sem_open("/sem-named", O_CREAT, 0600, 1);

	if (sem == SEM_FAILED)
		_exit(97);
	for (int i = 0; i < 10; i++) {
		sem_wait(sem);
		(*x)++;
		sem_post(sem);
	}
	sem_close(sem);
	if (child)
		_exit(0);
	finish();
	sem_unlink("/sem-named");
	return *x != 20;
}
