/* clean: lockf() around each change. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;
	int fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));

	for (int i = 0; i < 10; i++) {
		NEED(lockf(fd, F_LOCK, 0));
		(*x)++;
		NEED(lockf(fd, F_ULOCK, 0));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return *x != 20;
}
