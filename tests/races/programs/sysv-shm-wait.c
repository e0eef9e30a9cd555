/* clean: a System V segment, and wait(). */
#include "shared.h"

#include <sys/shm.h>

int main(void)
{
	int id = NEED(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
	int *x = shmat(id, NULL, 0);
	if (NEED(fork()) == 0) {
		*x = 1;
		_exit(0);
	}
	int bad = finish() || *x != 1;
	shmdt(x);
	shmctl(id, IPC_RMID, NULL);
	return bad;
}
