/* clean: open() of a FIFO returns when the other side has opened it, too. */
#include "shared.h"

#include <sys/stat.h>

int main(void)
{
	int *x = share(2 * sizeof(*x));

	NEED(mkfifo("fifo", 0600));
	if (NEED(fork()) == 0) {
		x[0] = 1;
		NEED(open("fifo", O_WRONLY));
		_exit(x[1] != 2);
	}
	x[1] = 2;
	NEED(open("fifo", O_RDONLY));
	unlink("fifo");
	return x[0] != 1 || finish();
}
