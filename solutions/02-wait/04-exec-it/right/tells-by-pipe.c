/*
 * Right, with a pipe whose end in the child is closed by a successful exec (O_CLOEXEC): end of file
 * says that CMD runs, four bytes say why it does not. waitid(2) waits.
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

/* Becomes CMD, or tells the parent over FD why not. */
static void become(char *argv[], int fd)
{
	execvp(argv[1], argv + 1);
	(void)!write(fd, &errno, sizeof(errno));
	_exit(0);
}

int main(int argc, char *argv[])
{
	int fds[2], err = 0;
	siginfo_t info;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}
	say_command(argv);
	if (pipe2(fds, O_CLOEXEC) == -1)
		return failed(argv[1], errno);
	pid = fork();
	if (pid == -1)
		return failed(argv[1], errno);
	if (pid == 0)
		become(argv, fds[1]);
	close(fds[1]);
	if (read(fds[0], &err, sizeof(err)) == 0)
		err = 0;
	if (waitid(P_PID, (id_t)pid, &info, WEXITED) == -1)
		return failed(argv[1], errno);
	if (err != 0)
		return failed(argv[1], err);
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
