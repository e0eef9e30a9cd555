/* race: flock() and fcntl() locks of one file do not see one another. */
#include "shared.h"

#include <stdbool.h>
#include <sys/file.h>

static void lock(int fd, bool whole, bool on)
{
	struct flock range = {.l_type = on ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET};

	if (whole)
		NEED(flock(fd, on ? LOCK_EX : LOCK_UN));
	else
		NEED(fcntl(fd, F_SETLKW, &range));
}

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;
	int fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));

	for (int i = 0; i < 10; i++) {
		lock(fd, child, true);
		(*x)++; /* race A B */
		lock(fd, child, false);
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return 0;
}
