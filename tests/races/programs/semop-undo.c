/* clean: the child ends with the semaphore, and SEM_UNDO gives it back. */
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
	int *x = share(sizeof(*x)), set = make(1), token[2], seen;

	NEED(pipe(token));
	if (NEED(fork()) == 0) {
		change(set, 0, -1, SEM_UNDO);
		give(token[1]);
		*x = 1;
		_exit(0);
	}
	take(token[0]);
	change(set, 0, -1, 0);
	seen = *x;
	finish();
	semctl(set, 0, IPC_RMID);
	return seen != 1;
}
