/* Two children, waited for. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 2; i++)
		if (fork() == 0)
			_exit(0);
	return wait(NULL) < 0 || wait(NULL) < 0;
}
