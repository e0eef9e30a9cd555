/*
 * Everything is a descriptor: signalfd(2) for the end of CMD, timerfd_create(2) for the time,
 * poll(2) for both. posix_spawnp(3) starts CMD, and its attributes give it the mask from before.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMED_OUT 124
#define GRACE     2

static void die(const char *call)
{
	fprintf(stderr, "timebox: %s: %s\n", call, strerror(errno));
	exit(126);
}

static pid_t start(char *argv[], const sigset_t *mask)
{
	posix_spawnattr_t attr;
	pid_t child;

	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	errno = posix_spawnp(&child, argv[0], NULL, &attr, argv, environ);
	if (errno != 0) {
		fprintf(stderr, "timebox: %s: %s\n", argv[0], strerror(errno));
		exit(errno == ENOENT ? 127 : 126);
	}
	posix_spawnattr_destroy(&attr);
	return child;
}

int main(int argc, char *argv[])
{
	char *end = "x";
	long secs = argc > 2 ? strtol(argv[1], &end, 10) : 0;
	struct itimerspec when = {.it_value = {.tv_sec = secs}, .it_interval = {.tv_sec = GRACE}};
	int sig = SIGTERM, late = 0, status;
	struct signalfd_siginfo info;
	struct pollfd fds[2];
	sigset_t set, old;
	uint64_t count;
	pid_t child;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	fds[0] = (struct pollfd){.fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN};
	fds[1] = (struct pollfd){
		.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), .events = POLLIN};
	if (fds[0].fd == -1 || fds[1].fd == -1)
		die("descriptors");
	child = start(argv + 2, &old);
	timerfd_settime(fds[1].fd, 0, &when, NULL);
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (poll(fds, 2, -1) == -1)
			die("poll");
		if (fds[0].revents != 0) {
			if (read(fds[0].fd, &info, sizeof(info)) == -1)
				die("read");
		} else if (read(fds[1].fd, &count, sizeof(count)) != -1) {
			kill(child, sig);
			sig = SIGKILL;
			late = 1;
		}
	}
	if (late)
		return TIMED_OUT;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
