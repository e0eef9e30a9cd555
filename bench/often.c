/*
 * often SECONDS TIMES EXPECTED COMMAND...: runs COMMAND for SECONDS, or at most TIMES (0: no end),
 * and tells in how many runs it did not print EXPECTED or did not end with 0. What it writes to
 * standard error is dropped. Prints: runs, how many of them were such, ms a run, ms to the first
 * (-).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int start(char **argv, int out)
{
	pid_t child = vfork();

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(out, 1);
		dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	return child;
}

/* Did it print EXPECTED and end well? */
static int is_well(char **argv, const char *expected)
{
	char text[256];
	size_t got = 0;
	int tube[2], status;
	ssize_t n;

	if (pipe2(tube, O_CLOEXEC) == -1 || start(argv, tube[1]) == -1) {
		perror(argv[0]);
		exit(1);
	}
	close(tube[1]);
	while ((n = read(tube[0], text + got, sizeof(text) - 1 - got)) > 0)
		got += (size_t)n;
	close(tube[0]);
	wait(&status);
	text[got] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return status == 0 && strcmp(text, expected) == 0;
}

int main(int argc, char **argv)
{
	double begin = now(), first = -1, most = argc > 4 ? atof(argv[1]) * 1e3 : 0;
	long times = argc > 4 ? atol(argv[2]) : 0, runs = 0, found = 0;

	if (argc < 5) {
		fprintf(stderr, "usage: often SECONDS TIMES EXPECTED COMMAND...\n");
		return 2;
	}
	while (now() - begin < most && (!times || runs < times)) {
		runs++;
		if (is_well(argv + 4, argv[3]))
			continue;
		found++;
		if (first < 0)
			first = now() - begin;
	}
	printf("%ld\t%ld\t%.2f\t", runs, found, (now() - begin) / (double)runs);
	if (first < 0)
		printf("-\n");
	else
		printf("%.0f\n", first);
	return 0;
}
