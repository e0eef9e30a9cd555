/*
 * Unusual: the parent does not block in wait. SIGCHLD is blocked but for the moments in
 * sigsuspend(2); each time it came, all children that have ended are fetched with WNOHANG (one
 * signal may stand for several of them). After a failed fork the children are killed instead of
 * being waited out.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 50

static pid_t children[MOST];

static void on_child(int sig)
{
	(void)sig; /* sigsuspend returns because a handler ran: that is enough */
}

static void child(int i, const sigset_t *mask)
{
	struct timespec second = {.tv_sec = 1};
	char line[8];
	int len = snprintf(line, sizeof(line), "%d\n", i);

	sigprocmask(SIG_SETMASK, mask, NULL);
	/* nanosleep(2) puts what is left into its second argument when a handler cuts it short. */
	while (nanosleep(&second, &second) == -1 && errno == EINTR)
		;
	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		_exit(255);
	_exit(i);
}

/* Takes the status of every child that has ended; returns how many. */
static int reap(void)
{
	int count = 0;

	while (waitpid(-1, NULL, WNOHANG) > 0)
		count++;
	return count;
}

int main(int argc, char *argv[])
{
	struct sigaction action = {.sa_handler = on_child};
	sigset_t chld, before;
	char *end;
	long n = -1;
	int living = 0, failed = 0;

	if (argc == 2 && argv[1][0] != '\0') {
		n = strtol(argv[1], &end, 10);
		if (*end != '\0')
			n = -1;
	}
	if (n < 0 || n > MOST) { /* a number that is too long becomes LONG_MAX or LONG_MIN */
		fputs("usage: fan N\n", stderr);
		return 2;
	}

	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &before);
	for (int i = 0; i < n && !failed; i++) {
		pid_t pid = fork();

		if (pid == 0)
			child(i, &before);
		if (pid == -1)
			failed = 1;
		else
			children[living++] = pid;
	}
	if (failed) {
		perror("fan: fork");
		for (int i = 0; i < living; i++)
			kill(children[i], SIGTERM);
	}
	while ((living -= reap()) > 0)
		sigsuspend(&before);
	if (!failed && write(STDOUT_FILENO, "done\n", 5) != 5)
		failed = 1;
	return failed;
}
