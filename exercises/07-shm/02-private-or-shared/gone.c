/* The descriptor is closed, the name removed, and the mapping? */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int fd = shm_open("/gone", O_RDWR | O_CREAT | O_EXCL, 0600);
	char *text;

	if (fd == -1 || ftruncate(fd, 99) == -1)
		err(1, "/gone");
	text = mmap(NULL, 99, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (text == MAP_FAILED)
		err(1, "mmap");

	close(fd);
	strcpy(text, "still");
	printf("closed %s\n", text);
	fflush(stdout);

	shm_unlink("/gone");
	if (fork() == 0) {
		strcpy(text, "there");
		_exit(0);
	}
	wait(NULL);
	printf("unlinked %s\n", text);

	fd = shm_open("/gone", O_RDWR, 0);
	printf("opening it again %s\n", fd == -1 ? "fails" : "works");
	return 0;
}
