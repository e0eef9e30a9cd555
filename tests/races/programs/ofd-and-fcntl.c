/* clean: a lock of the open file description keeps out one of the process. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;
	int fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));

	for (int i = 0; i < 10; i++) {
		NEED(fcntl(fd, child ? F_OFD_SETLKW : F_SETLKW,
			&(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET}));
		(*x)++;
		NEED(fcntl(fd, child ? F_OFD_SETLKW : F_SETLKW,
			&(struct flock){.l_type = F_UNLCK, .l_whence = SEEK_SET}));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return *x != 20;
}
