/* race: a file that both map. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT, 0600));

	NEED(ftruncate(fd, 8192));

	int *x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	int seen = *x; /* race B */
	finish();
	return unlink("data") || seen > 1;
}
