/* Kills every process that it may kill, itself last. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	kill(-1, SIGKILL);
	for (int pid = 1; pid < 40000; pid++)
		if (pid != getpid())
			kill(pid, SIGKILL);
	kill(0, SIGKILL);
	return 0;
}
