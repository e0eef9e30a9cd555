/* clean: a byte through a FIFO. */
#include "shared.h"

#include <sys/stat.h>

int main(void)
{
	int *x = share(sizeof(*x));

	NEED(mkfifo("fifo", 0600));
	if (NEED(fork()) == 0) {
		*x = 1;
		give(NEED(open("fifo", O_WRONLY)));
		_exit(0);
	}
	take(NEED(open("fifo", O_RDONLY)));
	unlink("fifo");
	return *x != 1 || finish();
}
