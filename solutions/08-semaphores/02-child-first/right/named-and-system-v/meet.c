/*
 * Right, with a set of System V semaphores. Each adds 1 to its own and takes 1 off the other's, in
 * two calls: in one it would be both or nothing, and both would wait for ever.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { A_CAME, B_CAME, SEMAPHORES };

static int meeting; /* the set */

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "meet: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints LINE, and hands it to the kernel at once. */
static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

/* Adds CHANGE to one of them, or waits until that can be done. */
static int change(unsigned short which, short by)
{
	struct sembuf operation = {which, by, 0};

	return semop(meeting, &operation, 1);
}

/* The parent. */
static int a(void)
{
	say("A1");
	if (change(A_CAME, 1) == -1 || change(B_CAME, -1) == -1)
		return failed("meeting B");
	say("A2");
	return 0;
}

/* The child. */
static int b(void)
{
	say("B1");
	if (change(B_CAME, 1) == -1 || change(A_CAME, -1) == -1)
		return failed("meeting A");
	say("B2");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

	meeting = semget(IPC_PRIVATE, SEMAPHORES, 0600);
	if (meeting == -1)
		return failed("semget");
	pid = fork();
	if (pid == -1) {
		result = failed("fork");
		semctl(meeting, 0, IPC_RMID);
		return result;
	}
	if (pid == 0)
		_exit(b());
	result = a();
	if (wait(&status) == -1)
		return failed("wait");
	if (semctl(meeting, 0, IPC_RMID) == -1)
		return failed("semctl");
	return result != 0 || status != 0;
}
