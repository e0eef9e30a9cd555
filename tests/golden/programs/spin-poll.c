/* Asks again and again whether a child has ended, from a function of its own. */
#include <sys/wait.h>
#include <unistd.h>

static int has_ended(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == pid;
}

int main(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	for (;;) {
		getppid();
		if (has_ended(pid))
			break;
		getppid();
	}
	return 0;
}
