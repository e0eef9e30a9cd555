/* clean: one process maps the file twice, and is in order with itself. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT, 0600));

	NEED(ftruncate(fd, 8192));

	int *x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)),
	    *y = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));

	*x = 1;
	*y += 1;
	if (NEED(fork()) == 0) {
		*y += 1;
		_exit(0);
	}

	return finish() || *x != 3 || unlink("data");
}
