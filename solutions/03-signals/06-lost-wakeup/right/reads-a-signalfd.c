/*
 * Unusual: signalfd(2), a descriptor from which blocked signals are read, here two at a time
 * although never more than one is pending: SIGUSR1 is one bit.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	struct signalfd_siginfo got[2];
	int fd, left, number = 0;
	sigset_t mask;
	ssize_t n;

	if (argc != 2)
		errx(2, "usage: waiter N");
	left = atoi(argv[1]);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	/* Without it the default action would end the process, descriptor or not. */
	sigprocmask(SIG_BLOCK, &mask, NULL);
	fd = signalfd(-1, &mask, SFD_CLOEXEC);
	if (fd == -1)
		err(1, "signalfd");
	dprintf(STDOUT_FILENO, "ready\n");
	while (left > 0) {
		n = read(fd, got, sizeof(got));
		if (n < (ssize_t)sizeof(got[0]))
			err(1, "read");
		for (; n > 0; n -= (ssize_t)sizeof(got[0]), left--)
			dprintf(STDOUT_FILENO, "%d\n", ++number);
	}
	close(fd);
	return 0;
}
