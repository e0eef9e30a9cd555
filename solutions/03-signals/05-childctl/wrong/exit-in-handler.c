/*
 * Knows that the handler may not print with stdio, and ends the process there with exit(3), which
 * writes out what stdio holds: the line that main is just writing, once more.
 *
 * check: a_signal_in_the_middle_of_a_line
 * message: The handler called exit, which works on the same buffer
 */
#define _GNU_SOURCE /* for asprintf */
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

static char *lines[NSIG];
static int quitsig, quits;

static void put(const char *line)
{
	if (write(STDOUT_FILENO, line, strlen(line)) == -1)
		_exit(1);
}

static void on_signal(int sig)
{
	int kept = errno;

	if (sig == quitsig && ++quits == 3) {
		put("bye\n");
		exit(0);
	}
	put(lines[sig]);
	errno = kept;
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

static void catch (const char *name)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	int number = number_of(name);

	/* One handler is never interrupted by the other. */
	sigfillset(&action.sa_mask);
	if (number == -1 || asprintf(&lines[number], "[Caught: %s]\n", strsignal(number)) == -1 ||
		sigaction(number, &action, NULL) == -1) {
		dprintf(STDERR_FILENO, "cannot catch %s\n", name);
		exit(2);
	}
}

int main(int argc, char *argv[])
{
	int secs = argc >= 3 ? atoi(argv[1]) : 0;

	if (secs < 1) {
		fprintf(stderr, "usage: childctl SECS QUITSIG SIG...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		catch (argv[i]);
	quitsig = number_of(argv[2]);

	struct timespec next;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (int n = 0;; n++, next.tv_sec += secs) {
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL) == EINTR)
			;
		printf("%ld: %d\n", (long)getpid(), n);
		fflush(stdout);
	}
}
