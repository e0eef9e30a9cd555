/* race: an object of shm_open(). */
#include "shared.h"

int main(void)
{
	int fd = NEED(shm_open("/shm-open", O_RDWR | O_CREAT, 0600));

	NEED(ftruncate(fd, 4096));

	int *x = need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	int seen = *x; /* race B */
	finish();
	shm_unlink("/shm-open");
	return seen > 1;
}
