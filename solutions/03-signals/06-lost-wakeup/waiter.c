/*
 * waiter: tells each signal that it gets by a line.
 *
 * Usage: waiter N
 *
 * SIGUSR1 is blocked all the time but while the process sleeps: between the look at the flag and
 * the sleep it cannot be delivered, only become pending.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What a handler shares with the program is of this type: read and written in one piece. */
static volatile sig_atomic_t came;

static void on_usr1(int sig)
{
	(void)sig;
	came = 1;
}

static void die(const char *call)
{
	perror(call);
	exit(1);
}

/* Stdout may be a pipe: without fflush(3) the line would stay in a buffer of the process. */
static void say(const char *line)
{
	if (puts(line) == EOF || fflush(stdout) == EOF)
		die("waiter: stdout");
}

int main(int argc, char *argv[])
{
	struct sigaction action = {.sa_handler = on_usr1};
	sigset_t usr1, before;
	int n = argc == 2 ? atoi(argv[1]) : 0;
	char number[16];

	if (n < 1) {
		fprintf(stderr, "usage: waiter N\n");
		return 2;
	}

	/*
	 * sigprocmask(2) blocks SIGUSR1, and says which signals were blocked before. It is done
	 * before anybody is told that signals may come.
	 */
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &usr1, &before) == -1)
		die("waiter: sigprocmask");

	/* In a process that is started with SIGUSR1 blocked, BEFORE would not let it in. */
	sigdelset(&before, SIGUSR1);

	sigemptyset(&action.sa_mask);
	if (sigaction(SIGUSR1, &action, NULL) == -1)
		die("waiter: sigaction");
	say("ready");

	for (int i = 1; i <= n; i++) {
		/*
		 * sigsuspend(2) does three things as one: it sets the mask, sleeps until a handler
		 * has run, and sets the mask that was there. What is pending already is delivered
		 * at once. It always returns -1, with EINTR.
		 */
		while (!came)
			sigsuspend(&before);
		came = 0;
		snprintf(number, sizeof(number), "%d", i);
		say(number);
	}
	return 0;
}
