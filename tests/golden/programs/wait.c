/* A parent waits for a child that waits for a signal nobody sends. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child = fork();

	if (child == 0) {
		pause();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return 0;
}
