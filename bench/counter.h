/*
 * The processor time of a process and of all that it starts, also of what no one waits for: of a
 * sandbox that is killed, getrusage() tells nothing. A counter of perf_event_open(2), which may want
 * root or perf_event_paranoid of 2 at most; without one the bench ends.
 */
#ifndef BENCH_COUNTER_H
#define BENCH_COUNTER_H

#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Counts what this process starts from now on. */
static int counter_open(const char *who)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.inherit = 1};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);

	if (fd < 0) {
		fprintf(stderr, "%s: ", who);
		perror("perf_event_open");
		exit(1);
	}
	return fd;
}

/* Milliseconds so far; ends the count. */
static double counter_close(int counter)
{
	uint64_t ns = 0;

	if (read(counter, &ns, sizeof(ns)) != sizeof(ns))
		exit(1);
	close(counter);
	return (double)ns / 1e6;
}

#endif
