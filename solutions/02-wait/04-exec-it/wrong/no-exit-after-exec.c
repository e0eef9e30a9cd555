/*
 * The child has no way out of its own when exec fails: it says so, and goes on with what stands
 * below, as if it were the parent.
 *
 * check: failed_exec_ends_the_child
 * message: two processes ran your parent code
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The line "+ CMD ARG...". */
static void say_command(char *argv[])
{
	putchar('+');
	for (int i = 1; argv[i]; i++)
		printf(" %s", argv[i]);
	putchar('\n');
}

/* Says why CMD cannot be run; ERR is the errno. Returns the exit status for that. */
static int failed(const char *cmd, int err)
{
	fprintf(stderr, "run: %s: %s\n", cmd, strerror(err));
	return err == ENOENT ? 127 : 126;
}

int main(int argc, char *argv[])
{
	int status = 0;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}
	say_command(argv);
	fflush(stdout);
	pid = fork();
	if (pid == -1)
		return failed(argv[1], errno);
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		failed(argv[1], errno);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
