/* Kills its parent, and whatever else it may. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	kill(getppid(), SIGKILL);
	kill(1, SIGKILL);
	kill(-1, SIGKILL);
	pause();
	return 0;
}
