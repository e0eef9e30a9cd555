/*
 * Says bye and ends with the number of the signal, as a shell would show it.
 *
 * check: the_third_quitsig_ends_it
 * message: and ended with exit status
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

static volatile sig_atomic_t came[NSIG];
static int quitsig, quits;

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

static void tell(void)
{
	for (int sig = 1; sig < NSIG; sig++) {
		if (!came[sig])
			continue;
		came[sig] = 0;
		if (sig == quitsig && ++quits == 3) {
			printf("bye\n");
			exit(128 + sig);
		}
		printf("[Caught: %s]\n", strsignal(sig));
	}
	fflush(stdout);
}

static void catch (const char *name)
{
	struct sigaction action = {.sa_handler = on_signal};
	int number = number_of(name);

	if (number == -1 || sigaction(number, &action, NULL) == -1) {
		fprintf(stderr, "cannot catch %s\n", name);
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

	for (int n = 0;; n++) {
		struct timespec left = {.tv_sec = secs};

		printf("%ld: %d\n", (long)getpid(), n);
		fflush(stdout);
		tell();
		while (nanosleep(&left, &left) == -1)
			tell();
	}
}
