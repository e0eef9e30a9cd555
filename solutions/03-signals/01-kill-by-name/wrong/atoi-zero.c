/*
 * Trusts atoi() with the PID. Of what is no number it makes 0, and kill(0, sig) is for all
 * processes of the caller's group: the shell's job, and the sender itself.
 *
 * check: refuses_what_is_no_pid
 * message: kill(0, SIGTERM): that is for every process in your group, yourself included
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
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	return -1;
}

int main(int argc, char *argv[])
{
	pid_t pid;
	int sig;

	if (argc != 3) {
		fprintf(stderr, "usage: killn PID NAME\n");
		return 2;
	}
	pid = atoi(argv[1]);
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
