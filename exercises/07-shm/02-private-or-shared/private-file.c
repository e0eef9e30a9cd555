/* A private mapping of a file is read, and somebody writes the file. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *text;

	if (fd == -1 || pwrite(fd, "aaaa", 4, 0) != 4)
		err(1, "data");
	text = mmap(NULL, 4, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		err(1, "mmap");
	printf("first %.4s\n", text);
	fflush(stdout);
	if (fork() == 0)
		_exit(pwrite(fd, "bbbb", 4, 0) != 4);
	wait(NULL);
	printf("then %.4s\n", text);
	unlink("data");
	return 0;
}
