/* One object of shared memory, mapped twice. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	int fd = shm_open("/twice", O_RDWR | O_CREAT | O_EXCL, 0600);
	char *a, *b;

	if (fd == -1 || ftruncate(fd, 4096) == -1)
		err(1, "/twice");
	a = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	b = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (a == MAP_FAILED || b == MAP_FAILED)
		err(1, "mmap");
	strcpy(a, "left");
	printf("b holds %s\n", b);
	printf("addresses are %s\n", a == b ? "equal" : "different");
	shm_unlink("/twice");
	return 0;
}
