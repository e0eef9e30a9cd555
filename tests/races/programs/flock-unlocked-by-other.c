/* race: the child gives the parent's lock back, while the parent believes to have it. */
#include "shared.h"

#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));

	NEED(flock(fd, LOCK_EX));
	if (NEED(fork()) == 0) {
		NEED(flock(fd, LOCK_UN));
		fd = NEED(open("lock", O_RDWR));
		NEED(flock(fd, LOCK_EX));
		(*x)++; /* race A */
		_exit(0);
	}
	(*x)++; /* race B */
	finish();
	unlink("lock");
	return 0;
}
