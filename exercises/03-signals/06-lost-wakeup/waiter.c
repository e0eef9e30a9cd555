/*
 * waiter: tells each signal that it gets by a line.
 *
 * Usage: waiter N
 *
 * Prints "ready", waits N times for SIGUSR1, and prints the number of each as it comes. Nearly
 * always it does; sometimes it sleeps on although the signal has come.
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
	int n = argc == 2 ? atoi(argv[1]) : 0;
	char number[16];

	if (n < 1) {
		fprintf(stderr, "usage: waiter N\n");
		return 2;
	}

	/* sigaction(2): from here on SIGUSR1 calls on_usr1() instead of ending the process. */
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGUSR1, &action, NULL) == -1)
		die("waiter: sigaction");
	say("ready");

	for (int i = 1; i <= n; i++) {
		/* pause(2) sleeps until a handler has run, whichever, and returns -1 with EINTR. */
		while (!came)
			pause();
		came = 0;
		snprintf(number, sizeof(number), "%d", i);
		say(number);
	}
	return 0;
}
