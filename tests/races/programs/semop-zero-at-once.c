/* race: the semaphore is 0 from the start, so that nobody is waited for. */
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
	int *x = share(sizeof(*x)), set = make(0), seen;

	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	change(set, 0, 0, 0);
	seen = *x; /* race B */
	finish();
	semctl(set, 0, IPC_RMID);
	return seen > 1;
}
