/* Ends by a signal of its own, with a child that outlives nothing. */
#include "say.h"

int main(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	say("before");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	raise(SIGTERM);
	say("after");
	return 0;
}
