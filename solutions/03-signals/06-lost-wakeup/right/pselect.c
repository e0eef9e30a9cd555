/*
 * Unusual: pselect(2), which has the mask as its last argument, in a function that returns whether
 * the flag is set; lines are written unbuffered.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>

static sig_atomic_t volatile flag;

static void set_flag(int sig)
{
	flag = sig;
}

static bool taken(const sigset_t *mask)
{
	if (flag == 0)
		(void)pselect(0, NULL, NULL, NULL, NULL, mask);
	if (flag == 0)
		return false;
	flag = 0; /* the signal is blocked here: none can come between the look and this */
	return true;
}

int main(int argc, char *argv[])
{
	struct sigaction sa = {.sa_handler = set_flag};
	sigset_t block, mask;
	int i = 1;

	if (argc != 2)
		return 2;
	setbuf(stdout, NULL);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	if (sigaction(SIGUSR1, &sa, NULL) || sigprocmask(SIG_BLOCK, &block, &mask))
		return 1;
	printf("ready\n");
	while (i <= atoi(argv[1]))
		if (taken(&mask))
			printf("%d\n", i++);
	return 0;
}
