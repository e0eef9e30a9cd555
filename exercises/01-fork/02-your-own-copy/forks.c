/* How many processes are there? All of them wait for their children. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	fork();
	(void)(fork() && fork());

	while (wait(NULL) != -1)
		;
	return 0;
}
