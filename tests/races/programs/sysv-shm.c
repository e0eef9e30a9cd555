/* race: a System V segment, attached by each process. */
#include "shared.h"

#include <sys/shm.h>

int main(void)
{
	int id = NEED(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
	if (NEED(fork()) == 0) {
		int *x = shmat(id, NULL, 0);

		*x = 1; /* race A */
		_exit(0);
	}
	int *x = shmat(id, NULL, 0);
	int seen = *x; /* race B */
	finish();
	shmctl(id, IPC_RMID, NULL);
	return seen > 1;
}
