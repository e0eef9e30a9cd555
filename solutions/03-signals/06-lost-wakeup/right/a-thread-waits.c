/*
 * Unusual: a thread whose only business is the signal, with sigwait(3). It hands it on through a
 * condition variable, and main, which waits for that, prints the line. The mask is set before the
 * thread is made, so that both have it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static int arrived; /* under mutex */

static void *listener(void *set)
{
	int sig;

	for (;;) {
		if (sigwait(set, &sig) != 0)
			return NULL;
		pthread_mutex_lock(&mutex);
		arrived++;
		pthread_cond_signal(&more);
		pthread_mutex_unlock(&mutex);
	}
}

int main(int argc, char *argv[])
{
	int n = argc == 2 ? atoi(argv[1]) : 0;
	pthread_t thread;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (n < 1 || pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 ||
		pthread_create(&thread, NULL, listener, &set) != 0)
		return 2;
	setlinebuf(stdout);
	puts("ready");
	pthread_mutex_lock(&mutex);
	for (int i = 1; i <= n; i++) {
		while (arrived < i)
			pthread_cond_wait(&more, &mutex);
		printf("%d\n", i);
	}
	pthread_mutex_unlock(&mutex);
	return 0; /* ends the thread, too */
}
