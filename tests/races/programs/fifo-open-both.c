/* race: with O_RDWR open() of a FIFO waits for nobody. */
#include "shared.h"

#include <sys/stat.h>

int main(void)
{
	int *x = share(sizeof(*x)), seen;

	NEED(mkfifo("fifo", 0600));
	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		NEED(open("fifo", O_RDWR));
		_exit(0);
	}
	NEED(open("fifo", O_RDWR));
	seen = *x; /* race B */
	finish();
	unlink("fifo");
	return seen > 1;
}
