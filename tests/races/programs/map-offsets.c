/* race: one maps the whole file, the other its second page: the same bytes. */
#include "shared.h"

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT, 0600));

	NEED(ftruncate(fd, 8192));
	if (NEED(fork()) == 0) {
		char *x =
			need_memory(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096));

		x[5] = 1; /* race A */
		_exit(0);
	}
	char *x = need_memory(mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	int seen = x[4101]; /* race B */
	finish();
	return unlink("data") || seen > 1;
}
