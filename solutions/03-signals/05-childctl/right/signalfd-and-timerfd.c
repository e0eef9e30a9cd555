/*
 * Unusual: signals and time are descriptors, signalfd(2) and timerfd_create(2), and poll(2) waits
 * for both.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
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

static int quitsig, quits;

static int add(sigset_t *set, const char *name)
{
	int number = number_of(name);

	if (number == -1 || number == SIGKILL || number == SIGSTOP) {
		fprintf(stderr, "cannot catch %s\n", name);
		exit(2);
	}
	sigaddset(set, number);
	return number;
}

static void take(int fd)
{
	struct signalfd_siginfo got;

	if (read(fd, &got, sizeof(got)) != sizeof(got))
		exit(1);
	if ((int)got.ssi_signo == quitsig && ++quits == 3) {
		dprintf(1, "bye\n");
		exit(0);
	}
	dprintf(1, "[Caught: %s]\n", strsignal((int)got.ssi_signo));
}

int main(int argc, char *argv[])
{
	struct itimerspec beat = {.it_value = {.tv_nsec = 1}};
	struct pollfd fds[2] = {{.events = POLLIN}, {.events = POLLIN}};
	uint64_t times, n = 0;
	sigset_t set;

	if (argc < 3 || (beat.it_interval.tv_sec = atoi(argv[1])) < 1) {
		fprintf(stderr, "usage: childctl SECS QUITSIG SIG...\n");
		return 2;
	}
	sigemptyset(&set);
	quitsig = add(&set, argv[2]);
	for (int i = 3; i < argc; i++)
		add(&set, argv[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fds[0].fd = signalfd(-1, &set, SFD_CLOEXEC);
	fds[1].fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	timerfd_settime(fds[1].fd, 0, &beat, NULL);
	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents)
			take(fds[0].fd);
		if (fds[1].revents && read(fds[1].fd, &times, sizeof(times)) > 0)
			for (; times > 0; times--)
				dprintf(1, "%d: %d\n", (int)getpid(), (int)n++);
	}
	return 1;
}
