/*
 * Unusual: no handler at all. The signal stays blocked, and sigwaitinfo(2) takes it out of the
 * pending ones, like a read. What is pending when it is called is there, what comes later wakes it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	sigset_t set;
	int count;

	if (argc != 2 || (count = atoi(argv[1])) <= 0)
		return 2;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	for (int got = 0; got < count;) {
		siginfo_t info;

		/* EINTR: some other signal's handler ran, or the process was stopped and goes on */
		if (sigwaitinfo(&set, &info) == SIGUSR1)
			printf("%d\n", ++got);
		else if (errno != EINTR)
			return 1;
	}
	return 0;
}
