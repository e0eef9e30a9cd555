/* race: read() of a file into which the other writes through its mapping. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT | O_TRUNC, 0600)), values[4];
	int *x;

	NEED(ftruncate(fd, 4096));
	x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	unlink("data");
	if (NEED(fork()) == 0) {
		NEED((int)read(fd, values, sizeof(values))); /* race A */
		_exit(0);
	}
	x[3] = 1; /* race B */
	return finish();
}
