/* A counter in a file: read, add, write, twice each by two processes. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void add(int fd, int times)
{
	for (int n; times > 0; times--) {
		if (pread(fd, &n, sizeof(n), 0) != sizeof(n))
			exit(2);
		n++;
		if (pwrite(fd, &n, sizeof(n), 0) != sizeof(n))
			exit(2);
	}
}

int main(void)
{
	int fd = open("counter", O_RDWR | O_CREAT | O_TRUNC, 0600), n = 0;

	unlink("counter");
	if (fd < 0 || pwrite(fd, &n, sizeof(n), 0) != sizeof(n))
		return 2;
	if (fork() == 0) {
		add(fd, 2);
		_exit(0);
	}
	add(fd, 2);
	wait(NULL);
	return pread(fd, &n, sizeof(n), 0) != sizeof(n) || n != 4;
}
