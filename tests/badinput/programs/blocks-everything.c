/* Blocks and ignores whatever can be, and goes on for ever. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	sigset_t set;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	for (;;)
		pause();
}
