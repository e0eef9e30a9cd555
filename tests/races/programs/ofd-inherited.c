/* race: a lock of the open file description, which the child has inherited. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		NEED(fcntl(fd, F_OFD_SETLKW,
			&(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET}));
		(*x)++; /* race A B */
		NEED(fcntl(fd, F_OFD_SETLKW,
			&(struct flock){.l_type = F_UNLCK, .l_whence = SEEK_SET}));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return 0;
}
