/* SIGINT for a stopped child acts only after SIGCONT. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child = fork();

	if (child == 0)
		for (;;)
			pause();
	kill(child, SIGSTOP);
	waitpid(child, NULL, WUNTRACED);
	kill(child, SIGINT);
	waitpid(child, NULL, 0);
	return 0;
}
