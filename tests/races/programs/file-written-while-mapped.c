/* race: write() to a file that the other has mapped. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT | O_TRUNC, 0600)), value = 7;
	int *x;

	NEED(ftruncate(fd, 4096));
	x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	unlink("data");
	if (NEED(fork()) == 0) {
		NEED((int)pwrite(fd, &value, sizeof(value), 8)); /* race A */
		_exit(0);
	}
	x[2]++; /* race B */
	return finish();
}
