/*
 * Compares only as many characters as the table's name has, so that a newline or the like behind
 * it would not matter; nor does anything else behind it.
 *
 * check: refuses_what_is_no_name
 * message: must say "No such signal"
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
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"ILL", SIGILL},
	{"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},
	{"BUS", SIGBUS},
	{"FPE", SIGFPE},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"ALRM", SIGALRM},
	{"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT},
	{"CHLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},
	{"TTOU", SIGTTOU},
	{"URG", SIGURG},
	{"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM},
	{"PROF", SIGPROF},
	{"WINCH", SIGWINCH},
	{"IO", SIGIO},
	{"POLL", SIGPOLL},
	{"PWR", SIGPWR},
	{"SYS", SIGSYS},
};

#define COUNT (sizeof(signals) / sizeof(signals[0]))

/* The number of the signal NAME, or -1 if there is none. */
static int number_of(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < COUNT; i++)
		if (strncmp(signals[i].name, name, strlen(signals[i].name)) == 0)
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
