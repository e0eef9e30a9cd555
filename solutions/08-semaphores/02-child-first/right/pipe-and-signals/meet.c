/*
 * Right, with signals: each sends SIGUSR1 to the other, and takes the other's with sigwait(). It
 * was blocked before the fork, so that one which comes early stays pending: it is remembered, too.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t usr1;

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "meet: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints LINE, and hands it to the kernel at once. */
static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

/* The parent. */
static int a(pid_t other)
{
	int sig;

	say("A1");
	if (kill(other, SIGUSR1) == -1 || sigwait(&usr1, &sig) != 0)
		return failed("meeting B");
	say("A2");
	return 0;
}

/* The child. */
static int b(pid_t other)
{
	int sig;

	say("B1");
	if (kill(other, SIGUSR1) == -1 || sigwait(&usr1, &sig) != 0)
		return failed("meeting A");
	say("B2");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &usr1, NULL) == -1)
		return failed("sigprocmask");
	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		_exit(b(getppid()));
	result = a(pid);
	if (wait(&status) == -1)
		return failed("wait");
	return result != 0 || status != 0;
}
