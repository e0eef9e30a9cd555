/*
 * A table of numbers, copied from notes that had it from a manual which lists those of several
 * architectures side by side: USR1 16, USR2 17, CHLD 18 and SYS 12 are those of MIPS.
 *
 * check: knows_every_name
 * message: You sent signal 16 (STKFLT here) for USR1. Numbers differ per architecture
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int number;
} signals[] = {
	{"HUP", 1},
	{"INT", 2},
	{"QUIT", 3},
	{"ILL", 4},
	{"TRAP", 5},
	{"ABRT", 6},
	{"BUS", 7},
	{"FPE", 8},
	{"KILL", 9},
	{"USR1", 16},
	{"SEGV", 11},
	{"USR2", 17},
	{"PIPE", 13},
	{"ALRM", 14},
	{"TERM", 15},
	{"STKFLT", 16},
	{"CHLD", 18},
	{"CONT", 18},
	{"STOP", 19},
	{"TSTP", 20},
	{"TTIN", 21},
	{"TTOU", 22},
	{"URG", 23},
	{"XCPU", 24},
	{"XFSZ", 25},
	{"VTALRM", 26},
	{"PROF", 27},
	{"WINCH", 28},
	{"IO", 29},
	{"POLL", 29},
	{"PWR", 30},
	{"SYS", 12},
};

#define COUNT (sizeof(signals) / sizeof(signals[0]))

/* The number of the signal NAME, or -1 if there is none. */
static int number_of(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	return -1;
}

/* The process id that TEXT says, or -1. */
static pid_t pid_from(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < 1 || value > INT_MAX)
		return -1;
	return (pid_t)value;
}

int main(int argc, char *argv[])
{
	pid_t pid = argc == 3 ? pid_from(argv[1]) : -1;
	int sig;

	if (pid == -1) {
		fprintf(stderr, "usage: killn PID NAME\n");
		return 2;
	}
	sig = number_of(argv[2]);
	if (sig == -1) {
		fprintf(stderr, "No such signal\n");
		return 1;
	}
	if (kill(pid, sig) == -1) {
		perror("killn");
		return 1;
	}
	return 0;
}
