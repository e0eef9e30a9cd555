/* clean: waits until two children have counted the semaphore down to 0. */
#include "shared.h"

#include <sys/sem.h>

static void change(int set, int number, int by, int flags)
{
	struct sembuf op = {(unsigned short)number, (short)by, (short)flags};

	NEED(semop(set, &op, 1));
}

static int make(int values)
{
	int set = NEED(semget(IPC_PRIVATE, 2, 0600));

	NEED(semctl(set, 0, SETVAL, values));
	NEED(semctl(set, 1, SETVAL, values));
	return set;
}

int main(void)
{
	int *x = share(2 * sizeof(*x)), set = make(2), sum;

	for (int i = 0; i < 2; i++) {
		if (NEED(fork()) == 0) {
			x[i] = 1;
			change(set, 0, -1, 0);
			_exit(0);
		}
	}
	change(set, 0, 0, 0);
	sum = x[0] + x[1];
	finish();
	semctl(set, 0, IPC_RMID);
	return sum != 2;
}
