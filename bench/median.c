/*
 * median TIMES FILE: FILE holds one command a line, "NAME<tab>COMMAND"; each command is run by a
 * shell's exec, TIMES times, one after the other in turns (so that a slow moment of the machine
 * strikes all alike), after one turn that does not count. Prints "NAME<tab>MEDIAN<tab>KIB": the
 * median in milliseconds, and the most memory that the command or one that it waited for has had.
 * With CPU=1 in the environment the time is that of the processors, of the command and all that it
 * starts: what can be compared on a machine that is busy. What the commands print is thrown away;
 * one that ends other than with 0 or 1 ends the bench.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "counter.h"

enum { COMMANDS = 32, TIMES = 1000 };

struct command {
	char *name, *shell;
	double ms[TIMES];
	long kib;
};

static struct command commands[COMMANDS];

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double run(struct command *c)
{
	int counter = getenv("CPU") ? counter_open("median") : -1;
	double began = now_ms();
	pid_t pid = fork();
	struct rusage used;
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execl("/bin/sh", "sh", "-c", c->shell, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0 || !WIFEXITED(status) ||
		WEXITSTATUS(status) > 1) {
		fprintf(stderr, "median: %s: failed: %s\n", c->name, c->shell);
		exit(1);
	}
	if (c->kib < used.ru_maxrss)
		c->kib = used.ru_maxrss;
	return counter < 0 ? now_ms() - began : counter_close(counter);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int read_commands(const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL, *tab;
	size_t size = 0;
	int n = 0;

	while (in && n < COMMANDS && getline(&line, &size, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		tab = strchr(line, '\t');
		if (!tab)
			continue;
		*tab = '\0';
		commands[n].name = strdup(line);
		if (asprintf(&commands[n].shell, "exec %s", tab + 1) < 0)
			exit(1);
		n++;
	}
	free(line);
	if (in)
		fclose(in);
	return n;
}

int main(int argc, char **argv)
{
	int times = argc == 3 ? atoi(argv[1]) : 0;
	int count;

	if (times < 1 || times > TIMES) {
		fputs("usage: median TIMES FILE\n", stderr);
		return 2;
	}
	count = read_commands(argv[2]);
	for (int turn = -1; turn < times; turn++)
		for (int i = 0; i < count; i++) {
			double ms = run(&commands[i]);

			if (turn >= 0)
				commands[i].ms[turn] = ms;
		}
	for (int i = 0; i < count; i++) {
		struct command *c = &commands[i];

		qsort(c->ms, (size_t)times, sizeof(c->ms[0]), by_size);
		printf("%s\t%.3f\t%ld\n", c->name, (c->ms[(times - 1) / 2] + c->ms[times / 2]) / 2,
			c->kib);
	}
	return 0;
}
