/*
 * The parent waits for the child with wait(2), and prints then.
 *
 * check: both_are_there_together
 * message: the parent had waited for its end with wait(2)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
	return 0;
}

int main(void)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		_exit(child());
	if (wait(&status) == -1)
		return failed("wait");
	say("parent");
	return status != 0;
}
