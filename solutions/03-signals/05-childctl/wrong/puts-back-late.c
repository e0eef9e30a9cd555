/*
 * The handler runs at any time, and the flag is put back when the line has been printed: a signal
 * that came in between goes with it.
 *
 * check: a_signal_in_the_middle_of_a_line
 * message: it takes the second signal with it: put it back first, then tell
 */
#define _GNU_SOURCE /* for ppoll */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000L

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

/* One flag for each signal: two that come together are two lines. */
static volatile sig_atomic_t came[NSIG];

static void on_signal(int sig)
{
	came[sig] = 1;
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

static void die(const char *call)
{
	perror(call);
	exit(1);
}

static void say(const char *line)
{
	if (puts(line) == EOF || fflush(stdout) == EOF)
		die("childctl: stdout");
}

/* Catches NAME, blocks it, and returns its number. */
static int catch (const char *name)
{
	struct sigaction action = {.sa_handler = on_signal};
	int number = number_of(name);
	sigset_t one;

	sigemptyset(&action.sa_mask);
	if (number == -1 || sigaction(number, &action, NULL) == -1) {
		fprintf(stderr, "cannot catch %s\n", name);
		exit(2);
	}
	sigemptyset(&one);
	sigaddset(&one, number);
	if (sigprocmask(SIG_UNBLOCK, &one, NULL) == -1)
		die("childctl: sigprocmask");
	return number;
}

/* Tells what has come; true: QUITSIG for the third time. */
static bool tell(int quitsig)
{
	static int quits;
	char line[128];

	for (int sig = 1; sig < NSIG; sig++) {
		if (!came[sig])
			continue;
		if (sig == quitsig && ++quits == 3) {
			say("bye");
			return true;
		}
		snprintf(line, sizeof(line), "[Caught: %s]", strsignal(sig));
		say(line);
		came[sig] = 0;
	}
	return false;
}

static struct timespec until(const struct timespec *then)
{
	struct timespec now, left;

	if (clock_gettime(CLOCK_MONOTONIC, &now) == -1)
		die("childctl: clock_gettime");
	left.tv_sec = then->tv_sec - now.tv_sec;
	left.tv_nsec = then->tv_nsec - now.tv_nsec;
	if (left.tv_nsec < 0) {
		left.tv_sec--;
		left.tv_nsec += NS_PER_SECOND;
	}
	return left.tv_sec < 0 ? (struct timespec){0} : left;
}

/* Sleeps until THEN, and tells of signals as they come; true: it is to end. */
static bool wait_until(const struct timespec *then, const sigset_t *open, int quitsig)
{
	for (;;) {
		struct timespec left;

		if (tell(quitsig))
			return true;
		left = until(then);

		if (ppoll(NULL, 0, &left, open) == 0)
			return false;
		if (errno != EINTR)
			die("childctl: ppoll");
	}
}

int main(int argc, char *argv[])
{
	struct timespec next;
	sigset_t open;
	char *end = NULL, line[64];
	long secs = argc >= 3 ? strtol(argv[1], &end, 10) : 0;
	int quitsig;

	if (argc < 3 || end == argv[1] || *end != '\0' || secs < 1 || secs > 1000) {
		fprintf(stderr, "usage: childctl SECS QUITSIG SIG...\n");
		return 2;
	}
	if (sigprocmask(SIG_SETMASK, NULL, &open) == -1)
		die("childctl: sigprocmask");
	quitsig = catch (argv[2]);
	for (int i = 3; i < argc; i++)
		catch (argv[i]);
	if (clock_gettime(CLOCK_MONOTONIC, &next) == -1)
		die("childctl: clock_gettime");

	for (int n = 0;; n++) {
		snprintf(line, sizeof(line), "%ld: %d", (long)getpid(), n);
		say(line);
		next.tv_sec += secs;
		if (wait_until(&next, &open, quitsig))
			return 0;
	}
}
