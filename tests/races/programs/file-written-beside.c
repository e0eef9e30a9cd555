/* clean: write() to other bytes than those that are used through the mapping. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT | O_TRUNC, 0600)), value = 7;
	int *x;

	NEED(ftruncate(fd, 4096));
	x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	unlink("data");
	if (NEED(fork()) == 0) {
		for (int i = 0; i < 3; i++)
			NEED((int)write(fd, &value, sizeof(value)));
		_exit(0);
	}
	x[3] = 1;
	return finish() || x[2] != 7;
}
