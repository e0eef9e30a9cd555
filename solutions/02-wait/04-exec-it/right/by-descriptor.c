/*
 * Right, by fexecve(3): what is found in PATH is opened, and then it is the open file that the
 * child executes. (With O_CLOEXEC, for CMD has no use for the descriptor.)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
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

/* A descriptor of the program CMD; -1 with errno. */
static int find(const char *cmd)
{
	const char *dirs = getenv("PATH") ? getenv("PATH") : "/bin:/usr/bin";

	if (strchr(cmd, '/'))
		return open(cmd, O_PATH | O_CLOEXEC);
	for (size_t len; *dirs; dirs += len + (dirs[len] == ':')) {
		char path[4096];
		int fd;

		len = strcspn(dirs, ":");
		snprintf(path, sizeof(path), "%.*s/%s", (int)len, dirs, cmd);
		fd = open(path, O_PATH | O_CLOEXEC);
		if (fd != -1)
			return fd;
	}
	errno = ENOENT;
	return -1;
}

int main(int argc, char *argv[])
{
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}
	say_command(argv);
	fflush(stdout); /* so that the line stands before what CMD prints */
	pid = fork();
	if (pid == -1)
		return failed(argv[1], errno);
	if (pid == 0) {
		int fd = find(argv[1]);

		if (fd != -1)
			fexecve(fd, argv + 1, environ);
		_exit(failed(argv[1], errno));
	}
	return await(pid);
}
