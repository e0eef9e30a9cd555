/* The signal may come between the look at the flag and pause(). */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t flag;

static void on_signal(int sig)
{
	(void)sig;
	flag = 1;
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGUSR1, &action, NULL);
	if (fork() == 0) {
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	while (!flag)
		pause();
	return wait(NULL) < 0;
}
