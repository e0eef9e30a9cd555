/* clean: looks at the value of a System V semaphore. */
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
		*x = 1;
		change(set, 1, 1, 0);
		_exit(0);
	}
	while (NEED(semctl(set, 1, GETVAL)) == 0)
		usleep(1000);
	seen = *x;
	finish();
	semctl(set, 0, IPC_RMID);
	return seen != 1;
}
