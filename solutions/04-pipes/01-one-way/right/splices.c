/*
 * Unusual: the message never lies in the child's memory. splice(2) moves it from the pipe to where
 * standard output goes; where the kernel cannot do that, read and write do. Parent and child have
 * changed places in the source: the parent's part comes first, and a handler for SIGCHLD ends its
 * wait.
 */
#define _GNU_SOURCE /* for splice */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void on_child(int sig)
{
	(void)sig;
	ended = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void copy(int from, int to)
{
	char some[512];
	ssize_t n;

	while ((n = splice(from, NULL, to, NULL, 1 << 20, 0)) > 0)
		;
	if (n == 0)
		return;
	if (errno != EINVAL)
		fail("splice");
	while ((n = read(from, some, sizeof(some))) > 0)
		if (write(to, some, (size_t)n) != n)
			fail("write");
}

int main(int argc, char *argv[])
{
	struct sigaction act = {.sa_handler = on_child};
	sigset_t chld, before;
	int p[2], status = 1;

	if (argc != 2) {
		fprintf(stderr, "usage: hello MSG\n");
		return 2;
	}
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &before);
	sigaction(SIGCHLD, &act, NULL);
	if (pipe(p) == -1)
		fail("pipe");

	pid_t pid = fork();

	if (pid == -1)
		fail("fork");
	if (pid != 0) {
		struct iovec parts[2] = {{argv[1], strlen(argv[1]) / 2}};

		parts[1].iov_base = argv[1] + parts[0].iov_len;
		parts[1].iov_len = strlen(parts[1].iov_base);
		close(p[0]);
		if (writev(p[1], parts, 2) == -1)
			fail("writev");
		close(p[1]);
		while (!ended)
			sigsuspend(&before);
		waitpid(pid, &status, WNOHANG);
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	close(p[1]);
	dprintf(STDOUT_FILENO, "Proc %d read: ", getpid());
	copy(p[0], STDOUT_FILENO);
	write(STDOUT_FILENO, "\n", 1);
	return 0;
}
