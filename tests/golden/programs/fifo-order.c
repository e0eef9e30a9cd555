/* Two processes open two FIFOs, each its reading side first. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	if (mkfifo("there", 0600) < 0 || mkfifo("back", 0600) < 0)
		return 1;
	if (fork() == 0) {
		if (open("there", O_RDONLY) < 0)
			_exit(1);
		_exit(open("back", O_WRONLY) < 0);
	}
	if (open("back", O_RDONLY) < 0)
		return 1;
	if (open("there", O_WRONLY) < 0)
		return 1;
	wait(NULL);
	return 0;
}
