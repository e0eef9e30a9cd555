/*
 * Copies the arguments into an array with room for ten.
 *
 * check: arguments_arrive
 * message: There may be any number of them
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
	char *words[11] = {NULL};
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}
	for (int i = 1; i < argc && i <= 10; i++)
		words[i - 1] = argv[i];
	say_command(argv);
	fflush(stdout); /* so that the line stands before what CMD prints */
	pid = fork();
	if (pid == -1)
		return failed(argv[1], errno);
	if (pid == 0) {
		execvp(words[0], words);
		_exit(failed(argv[1], errno));
	}
	return await(pid);
}
