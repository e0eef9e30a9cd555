/*
 * What the programs of this folder share: they print what they see, one line a sight, each in one
 * write, and nothing that differs between two native runs.
 */
#ifndef SAY_H
#define SAY_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))
#define TENTH  100000000 /* ns */

UNUSED __attribute__((format(printf, 1, 2))) static void say(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	line[n] = '\n';
	if (write(STDOUT_FILENO, line, (size_t)n + 1) != n + 1)
		_exit(98);
}

/* WHAT: RESULT, or the errno. */
UNUSED static long result(const char *what, long value)
{
	if (value == -1)
		say("%s: %s", what, strerrorname_np(errno));
	else
		say("%s: %ld", what, value);
	return value;
}

/* WHAT: ok, or the errno, where the value itself differs from run to run. */
UNUSED static long okay(const char *what, long value)
{
	say("%s: %s", what, value == -1 ? strerrorname_np(errno) : "ok");
	return value;
}

/* WHAT: ok, or the error that was returned. */
UNUSED static int error(const char *what, int value)
{
	say("%s: %s", what, value ? strerrorname_np(value) : "ok");
	return value;
}

UNUSED static struct timespec now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts;
}

UNUSED static double seconds(struct timespec ts)
{
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double began;

UNUSED static void begin(void)
{
	began = seconds(now(CLOCK_MONOTONIC));
}

/* WHAT took so many tenths of a second since begin(), or a little longer; else how many. */
UNUSED static void took(const char *what, int tenths)
{
	double real = seconds(now(CLOCK_MONOTONIC)) - began;

	if (real >= tenths * 0.1 - 0.002 && real < tenths * 0.1 + 0.5)
		say("%s: as long as asked for", what);
	else
		say("%s: %.3f s instead of %d tenths", what, real, tenths);
}

/* An absolute time so many ns from now. */
UNUSED static struct timespec in(clockid_t clock, long ns)
{
	struct timespec ts = now(clock);

	ts.tv_nsec += ns;
	ts.tv_sec += ts.tv_nsec / 1000000000 - (ts.tv_nsec < 0);
	ts.tv_nsec = (ts.tv_nsec + 1000000000) % 1000000000;
	return ts;
}

UNUSED static void status(const char *what, int value)
{
	if (WIFEXITED(value))
		say("%s: exited %d", what, WEXITSTATUS(value));
	else if (WIFSIGNALED(value))
		say("%s: killed by %s", what, sigabbrev_np(WTERMSIG(value)));
	else if (WIFSTOPPED(value))
		say("%s: stopped by %s", what, sigabbrev_np(WSTOPSIG(value)));
	else if (WIFCONTINUED(value))
		say("%s: continued", what);
}

static volatile sig_atomic_t caught;

UNUSED static void count(int sig)
{
	(void)sig;
	caught++;
}

UNUSED static void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction act = {.sa_handler = handler, .sa_flags = flags};

	sigaction(sig, &act, NULL);
}

/* One SIGALRM so many tenths from now. */
UNUSED static void alarm_in(int tenths)
{
	struct itimerval timer = {.it_value = {tenths / 10, tenths % 10 * 100000}};

	setitimer(ITIMER_REAL, &timer, NULL);
}

UNUSED static pid_t child(void (*work)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		work();
		_exit(0);
	}
	return pid;
}

#endif
