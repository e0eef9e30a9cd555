/* race: each process uses another semaphore of the set. */
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
	int *x = share(sizeof(*x)), set = make(1), me = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		change(set, me, -1, 0);
		(*x)++; /* race A B */
		change(set, me, 1, 0);
	}
	if (me)
		_exit(0);
	finish();
	return semctl(set, 0, IPC_RMID);
}
