/*
 * Right, by posix_spawnp(3), which makes the process and has it execute the program; that it could
 * not is what it returns, so all words come from the parent. The line is still in the buffer by
 * then.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

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

/* Waits for the child; the exit status of run. */
static int await(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) == -1) {
		perror("run: waitpid");
		return 126;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char *argv[])
{
	pid_t pid;
	int err;

	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}
	say_command(argv);
	err = posix_spawnp(&pid, argv[1], NULL, NULL, argv + 1, environ);
	return err == 0 ? await(pid) : failed(argv[1], err);
}
