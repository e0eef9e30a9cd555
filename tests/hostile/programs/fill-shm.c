/* Fills /dev/shm and /tmp. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void fill(const char *name)
{
	static char block[1 << 16];
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	for (int i = 0; i < 4096 && write(fd, block, sizeof(block)) > 0; i++)
		;
}

int main(void)
{
	fill("/dev/shm/ipclab-full");
	fill("/tmp/ipclab-full");
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
