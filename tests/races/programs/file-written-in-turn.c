/* clean: write() and the mapping, and a token between them; both write by call as well. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT | O_TRUNC, 0600)), value = 7, token[2];
	int *x;

	NEED(pipe(token));
	NEED(ftruncate(fd, 4096));
	x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	unlink("data");
	if (NEED(fork()) == 0) {
		NEED((int)pwrite(fd, &value, sizeof(value), 8));
		NEED((int)pwrite(fd, &value, sizeof(value), 16));
		give(token[1]);
		_exit(0);
	}
	NEED((int)pwrite(fd, &value, sizeof(value), 16));
	take(token[0]);
	return ++x[2] != 8 || finish();
}
