/*
 * No semaphore at all: the parent sleeps for a second, which is plenty of time.
 *
 * check: the_child_is_first
 * message: that one was slow: sleeping is not synchronising
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

static int parent(void)
{
	sleep(1);
	say("parent");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

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
