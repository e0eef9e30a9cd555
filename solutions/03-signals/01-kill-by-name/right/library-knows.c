/*
 * Unusual: no table. sigabbrev_np(3) tells the name of each number; the second name of SIGPOLL is
 * all that it does not know. The PID is read digit by digit, and the sending is done by a child,
 * which tells by its exit status what kill() has said.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int signal_from(const char *name)
{
	const char *bare = strncmp(name, "SIG", 3) ? name : name + 3;

	if (!strcmp(bare, "IO"))
		return SIGIO;
	for (int sig = 1; sig < NSIG; sig++) {
		const char *known = sigabbrev_np(sig);

		if (known && !strcmp(known, bare))
			return sig;
	}
	return 0;
}

/* 0 if TEXT is no process id. */
static pid_t process_from(const char *text)
{
	long long pid = 0;

	for (; *text >= '0' && *text <= '9' && pid <= INT_MAX; text++)
		pid = pid * 10 + (*text - '0');
	return *text || pid > INT_MAX ? 0 : (pid_t)pid;
}

int main(int argc, char **argv)
{
	pid_t pid, child;
	int sig, status;

	if (argc != 3 || !(pid = process_from(argv[1]))) {
		dprintf(2, "usage: %s PID NAME\n", argv[0]);
		return 2;
	}
	if (!(sig = signal_from(argv[2]))) {
		dprintf(2, "killn: %s: No such signal\n", argv[2]);
		return 1;
	}
	child = fork();
	if (child == 0)
		_exit(kill(pid, sig) ? errno : 0);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 1;
	if (status != 0) {
		dprintf(2, "killn: %s: %s\n", argv[1], strerror(WEXITSTATUS(status)));
		return 1;
	}
	return 0;
}
