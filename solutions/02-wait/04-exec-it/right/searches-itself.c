/*
 * Right, with its own walk through PATH and execve(2). What was found and could not be executed is
 * remembered, as execvp(3) does.
 */
#include <errno.h>
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

/* Returns only if it has failed: the errno. */
static int become(const char *cmd, char *argv[])
{
	const char *dirs = getenv("PATH") ? getenv("PATH") : "/bin:/usr/bin";
	int err = ENOENT;

	if (strchr(cmd, '/')) {
		execve(cmd, argv, environ);
		return errno;
	}
	while (*dirs) {
		size_t len = strcspn(dirs, ":");
		char path[4096];

		snprintf(path, sizeof(path), "%.*s/%s", (int)len, dirs, cmd);
		execve(path, argv, environ);
		if (errno != ENOENT && errno != ENOTDIR)
			err = errno;
		dirs += len + (dirs[len] == ':');
	}
	return err;
}

int main(int argc, char *argv[])
{
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}
	say_command(argv);
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		return failed(argv[1], errno);
	if (pid == 0)
		_exit(failed(argv[1], become(argv[1], argv + 1)));
	return await(pid);
}
