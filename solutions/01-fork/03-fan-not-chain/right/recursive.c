/*
 * Unusual: no loop. A function of the parent creates one child, calls itself for the others, and
 * waits for its own child on the way back, so that the last one created is the first one waited
 * for. The children wait for a point of the clock that the parent chose, and print into an
 * unbuffered stdout.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct timespec wake;

/* Creates the children I to N - 1 and waits for them; 0, or -1 if a fork failed. */
static int fan(int i, int n)
{
	siginfo_t info;
	pid_t pid;
	int result;

	if (i == n)
		return 0;
	switch (pid = fork()) {
	case -1:
		fprintf(stderr, "fan: child %d of %d: %s\n", i, n, strerror(errno));
		return -1;
	case 0:
		while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &wake, NULL) == EINTR)
			;
		fprintf(stdout, "%d\n", i);
		_exit(i);
	}
	result = fan(i + 1, n);
	/* waitid(2) fills in a siginfo_t; WEXITED: it waits for nothing but the child's end. */
	while (waitid(P_PID, (id_t)pid, &info, WEXITED) == -1 && errno == EINTR)
		;
	return result;
}

int main(int argc, char *argv[])
{
	char *end;
	long n;

	if (argc != 2 || (n = strtol(argv[1], &end, 10), *end != '\0') || end == argv[1] || n < 0 ||
		n > 50) {
		fprintf(stderr, "fan: how many children? 0 to 50\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IONBF, 0);
	clock_gettime(CLOCK_REALTIME, &wake);
	wake.tv_sec += 1;
	if (fan(0, (int)n) == -1)
		return 1;
	puts("done");
	return 0;
}
