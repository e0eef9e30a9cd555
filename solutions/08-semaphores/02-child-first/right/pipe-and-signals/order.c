/*
 * Right, without shared memory: a byte in a pipe is a post that is remembered, and to read one is
 * to wait for it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int printed[2]; /* a byte comes through when the child has printed */

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
	return write(printed[1], "", 1) == 1 ? 0 : failed("write");
}

static int parent(void)
{
	char post;

	if (read(printed[0], &post, 1) != 1)
		return failed("read");
	say("parent");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

	if (pipe(printed) == -1)
		return failed("pipe");
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
