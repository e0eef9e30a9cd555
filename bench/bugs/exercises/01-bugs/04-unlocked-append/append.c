/* To the end, then write: two steps, three records each by two processes. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static int append(char record)
{
	int fd = open("file", O_WRONLY | O_CREAT, 0600);

	for (int i = 0; i < 3; i++)
		if (lseek(fd, 0, SEEK_END) < 0 || write(fd, &record, 1) != 1)
			return 2;
	return close(fd) < 0;
}

int main(void)
{
	int fd, size;

	if (fork() == 0)
		_exit(append('c'));
	if (append('p') != 0 || wait(NULL) < 0)
		return 2;
	fd = open("file", O_RDONLY);
	size = (int)lseek(fd, 0, SEEK_END);
	unlink("file");
	return size != 6;
}
