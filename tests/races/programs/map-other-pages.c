/* clean: each maps another page of the file, at the same offset within it. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT, 0600));

	NEED(ftruncate(fd, 8192));
	if (NEED(fork()) == 0) {
		char *x =
			need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096));

		x[5] = 1;
		_exit(0);
	}
	char *x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));

	x[5] = 2;
	finish();
	return unlink("data") || x[5] != 2;
}
