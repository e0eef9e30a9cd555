/*
 * Unusual: setitimer(2) makes the beat; its SIGALRM is one more signal for the handler, and main
 * waits in sigsuspend(2) and in nothing else. So the handler interrupts nothing, and may even
 * print.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
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

static int quitsig, quits, ticks;

static void on_signal(int sig)
{
	if (sig == SIGALRM) {
		printf("%ld: %d\n", (long)getpid(), ticks++);
	} else if (sig == quitsig && ++quits == 3) {
		puts("bye");
		exit(0);
	} else {
		printf("[Caught: %s]\n", strsignal(sig));
	}
	fflush(stdout);
}

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
	struct sigaction action = {.sa_handler = on_signal};
	struct itimerval beat = {.it_value = {.tv_usec = 1}};
	sigset_t all, open;

	if (argc < 3 || (beat.it_interval.tv_sec = atoi(argv[1])) < 1) {
		fprintf(stderr, "usage: childctl SECS QUITSIG SIG...\n");
		return 2;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &open);
	action.sa_mask = all;
	sigaction(SIGALRM, &action, NULL);
	for (int i = 2; i < argc; i++)
		if (number_of(argv[i]) == -1 || sigaction(number_of(argv[i]), &action, NULL)) {
			fprintf(stderr, "cannot catch %s\n", argv[i]);
			return 2;
		}
	quitsig = number_of(argv[2]);
	setitimer(ITIMER_REAL, &beat, NULL);
	for (;;)
		sigsuspend(&open);
}
