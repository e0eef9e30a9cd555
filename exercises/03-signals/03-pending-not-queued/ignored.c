/* What is pending is ignored for a moment. */
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t runs;

static void on_usr1(int sig)
{
	(void)sig;
	runs++;
}

static int is_pending(void)
{
	sigset_t set;

	sigpending(&set);
	return sigismember(&set, SIGUSR1);
}

int main(void)
{
	sigset_t usr1;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	raise(SIGUSR1);
	printf("pending, sent: %d\n", is_pending());

	signal(SIGUSR1, SIG_IGN);
	printf("pending, ignored: %d\n", is_pending());

	signal(SIGUSR1, on_usr1);
	sigprocmask(SIG_UNBLOCK, &usr1, NULL);
	printf("runs: %d\n", (int)runs);
	return 0;
}
