/* Leaves daemons: own session, no parent, all signals ignored. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 5; i++)
		if (fork() == 0) {
			setsid();
			for (int sig = 1; sig < 32; sig++)
				signal(sig, SIG_IGN);
			if (fork() > 0)
				_exit(0);
			for (;;)
				pause();
		}
	return 0;
}
