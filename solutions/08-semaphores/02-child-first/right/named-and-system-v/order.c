/*
 * Right, with a named semaphore. The name is taken away as soon as both have it open: nothing is
 * left behind, however the program ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t *printed; /* posted when the child has printed */

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "order: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints LINE, and hands it to the kernel at once. */
static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

static int child(void)
{
	say("child");
	return sem_post(printed) == -1 ? failed("sem_post") : 0;
}

static int parent(void)
{
	if (sem_wait(printed) == -1)
		return failed("sem_wait");
	say("parent");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

	printed = sem_open("/order-printed", O_CREAT | O_EXCL, 0600, 0);
	if (printed == SEM_FAILED)
		return failed("sem_open");
	if (sem_unlink("/order-printed") == -1)
		return failed("sem_unlink");
	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		_exit(child());
	result = parent();
	if (wait(&status) == -1)
		return failed("wait");
	return result != 0 || status != 0;
}
