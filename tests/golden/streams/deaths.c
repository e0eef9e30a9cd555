/*
 * A child's death closes all that it held, one after the other, and then its parent is told. Who
 * waits for all of it finds all of it, and the handler comes after: each time.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 60
#define ENDS     6

static volatile sig_atomic_t told;

static void on_child(int sig)
{
	(void)sig;
	told++;
}

/* How many of the pipes of one child were found to have ended. */
static int wait_for_end(void)
{
	struct pollfd fds[ENDS];
	int ends[ENDS][2], found;

	for (int i = 0; i < ENDS; i++)
		if (pipe(ends[i]) < 0)
			exit(2);
	if (fork() == 0)
		_exit(0);
	for (int i = 0; i < ENDS; i++) {
		close(ends[i][1]);
		fds[i] = (struct pollfd){.fd = ends[i][0], .events = POLLIN};
	}
	found = poll(fds, ENDS, -1);
	for (int i = 0; i < ENDS; i++)
		close(ends[i][0]);
	while (wait(NULL) < 0)
		;
	return found;
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_child};
	int counts[ENDS + 2] = {0};

	sigaction(SIGCHLD, &action, NULL);
	for (int i = 0; i < CHILDREN; i++)
		counts[wait_for_end() + 1]++;
	printf("%d in vain", counts[0]);
	for (int i = 1; i <= ENDS; i++)
		printf(", %d with %d", counts[i + 1], i);
	printf("; told %d times\n", (int)told);
	return 0;
}
