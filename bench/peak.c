/*
 * peak FILE COMMAND...: runs the command; "SECONDS CPU-SECONDS KIB" goes to FILE: how long it took,
 * what of the processors it and all that it started used, and the largest memory of its first
 * process alone, as /proc tells it while it lives. Its exit status is ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "counter.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long high_water(pid_t pid)
{
	char path[64], line[256];
	long kib = 0;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	status = fopen(path, "r");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	if (status)
		fclose(status);
	return kib;
}

int main(int argc, char **argv)
{
	static const struct timespec pause = {0, 5000000};
	int counter = counter_open("peak");
	double start = now();
	long kib = 0, last;
	int status = 0;
	FILE *out;
	pid_t pid;

	if (argc < 3)
		return 2;
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		last = high_water(pid);
		kib = last > kib ? last : kib;
		nanosleep(&pause, NULL);
	}
	out = fopen(argv[1], "w");
	if (!out)
		return 2;
	fprintf(out, "%.2f %.2f %ld\n", now() - start, counter_close(counter) / 1e3, kib);
	fclose(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
