/*
 * killn: sends a signal to a process, by the signal's name.
 *
 * Usage: killn PID NAME
 *
 * NAME with or without SIG. Exit status 0; 1 if there is no such signal, or the kernel refuses to
 * send it; 2 after a wrong use.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/*
 * Names and the macros of <signal.h>. The numbers behind the macros depend on the architecture:
 * SIGUSR1 is 10 on x86 and ARM, 16 on MIPS, 30 on SPARC. See signal(7).
 */
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

/* The process id that TEXT says, or -1 if it is not a whole number from 1 to the largest pid_t. */
static pid_t pid_from(const char *text)
{
	char *end;
	long value;

	/*
	 * strtol(3) reports a number that does not fit a long in errno alone. A long has 64 bits
	 * here and a pid_t 32, so a large number would become another process. And none below 1:
	 * kill(2) takes 0 for the caller's whole process group, -1 for everybody it may signal,
	 * and any other negative number for a process group.
	 */
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

	/*
	 * kill(2) generates the signal: it is pending for the receiver when the call returns, and
	 * nothing is said about when that one will act on it. -1: ESRCH, there is no such process
	 * (a zombie still counts as one); EPERM, the receiver belongs to another user.
	 */
	if (kill(pid, sig) == -1) {
		perror("killn");
		return 1;
	}
	return 0;
}
