/* A private mapping of a file is written, and somebody writes the file. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *text, file[4];

	if (fd == -1 || pwrite(fd, "aaaa", 4, 0) != 4)
		err(1, "data");
	text = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		err(1, "mmap");
	text[0] = 'X';
	if (fork() == 0)
		_exit(pwrite(fd, "bbbb", 4, 0) != 4);
	wait(NULL);
	if (pread(fd, file, 4, 0) != 4)
		err(1, "data");
	printf("mapping %.4s\n", text);
	printf("file %.4s\n", file);
	unlink("data");
	return 0;
}
