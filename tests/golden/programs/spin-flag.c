/* A loop that looks at a flag, over several lines and without a call. */
#include <signal.h>

static volatile sig_atomic_t done;
static volatile unsigned rounds;

static void on_usr1(int sig)
{
	(void)sig;
	done = 1;
}

int main(void)
{
	signal(SIGUSR1, on_usr1);
	while (!done) {
		rounds++;
		if (rounds % 2)
			rounds += 2;
	}
	return 0;
}
