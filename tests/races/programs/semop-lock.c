/* clean: a System V semaphore around each change, with SEM_UNDO. */
#include "shared.h"

#include <stdbool.h>
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
	int *x = share(sizeof(*x)), set = make(1);
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		change(set, 0, -1, SEM_UNDO);
		(*x)++;
		change(set, 0, 1, SEM_UNDO);
	}
	if (child)
		_exit(0);
	finish();
	semctl(set, 0, IPC_RMID);
	return *x != 20;
}
