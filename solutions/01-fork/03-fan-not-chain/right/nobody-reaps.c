/*
 * Unusual: SIGCHLD is ignored, so the kernel removes the children by itself when they end and none
 * ever becomes a zombie. wait(2) then blocks until the last one has ended and fails with ECHILD:
 * that is all the parent has to know, for nobody asked it for the statuses.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int n, failed = 0;
	char rest;

	/* One conversion must succeed, and there must be nothing left for the second. */
	if (argc != 2 || sscanf(argv[1], "%3d%c", &n, &rest) != 1 || n < 0 || n > 50) {
		fprintf(stderr, "usage: fan N\n");
		exit(2);
	}
	signal(SIGCHLD, SIG_IGN);
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			poll(NULL, 0, 1000);
			printf("%d\n", i);
			fflush(stdout);
			_exit(i);
		}
		if (pid < 0) {
			perror("fan: fork");
			failed = 1;
			break;
		}
	}
	while (wait(NULL) != -1 || errno != ECHILD)
		;
	if (!failed)
		puts("done");
	return failed;
}
