/* Stops itself, and nobody is left to continue it. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	kill(getpid(), SIGSTOP);
	return 0;
}
