/* A FIFO is opened for writing, and nobody opens it for reading. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	if (mkfifo("talk", 0600) < 0)
		return 1;
	if (open("talk", O_WRONLY) < 0)
		return 1;
	return 0;
}
