/*
 * Unusual: sem_post(3) is one of the few calls of this kind that a handler may make, and a
 * semaphore does not forget. sem_wait(3) is interrupted by the handler, too: then it is tried
 * again.
 */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static sem_t signals;

static void on_usr1(int sig)
{
	int before = errno;

	(void)sig;
	sem_post(&signals);
	errno = before;
}

int main(int argc, char *argv[])
{
	int n = argc == 2 ? atoi(argv[1]) : 0;

	if (sem_init(&signals, 0, 0) == -1 || signal(SIGUSR1, on_usr1) == SIG_ERR)
		return 1;
	puts("ready");
	fflush(stdout);
	for (int i = 0; i++ < n; fflush(stdout)) {
		while (sem_wait(&signals) == -1 && errno == EINTR)
			;
		printf("%d\n", i);
	}
	sem_destroy(&signals);
	return n < 1 ? 2 : 0;
}
