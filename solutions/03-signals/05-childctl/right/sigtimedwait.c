/*
 * Unusual: no handler. The signals are blocked, and sigtimedwait(2) waits for one until the next
 * line is due. It would wait for SIGKILL, too, and never get it: so the two are refused by name.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct {
	const char *name;
	int number;
} signals[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"TERM", SIGTERM},
	{"CHLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"WINCH", SIGWINCH},
};

/* The number of the signal NAME, or -1 if there is none. */
static int number_of(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	return -1;
}

int main(int argc, char *argv[])
{
	struct timespec due, now, left;
	int secs = argc >= 3 ? atoi(argv[1]) : 0, quits = 0, n = 0;
	sigset_t set;

	if (secs < 1) {
		fprintf(stderr, "usage: childctl SECS QUITSIG SIG...\n");
		return 2;
	}
	sigemptyset(&set);
	for (int i = 2; i < argc; i++) {
		int number = number_of(argv[i]);

		if (number == -1 || number == SIGKILL || number == SIGSTOP) {
			fprintf(stderr, "cannot catch %s\n", argv[i]);
			return 2;
		}
		sigaddset(&set, number);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	clock_gettime(CLOCK_MONOTONIC, &due);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		int sig;

		clock_gettime(CLOCK_MONOTONIC, &now);
		left.tv_sec = due.tv_sec - now.tv_sec;
		left.tv_nsec = due.tv_nsec - now.tv_nsec;
		if (left.tv_nsec < 0) {
			left.tv_nsec += 1000000000;
			left.tv_sec--;
		}
		if (left.tv_sec < 0) {
			printf("%d: %d\n", (int)getpid(), n++);
			due.tv_sec += secs;
			continue;
		}
		sig = sigtimedwait(&set, NULL, &left);
		if (sig == -1)
			continue;
		if (sig == number_of(argv[2]) && ++quits == 3)
			return puts("bye") == EOF;
		printf("[Caught: %s]\n", strsignal(sig));
	}
}
