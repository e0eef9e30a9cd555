/* race: a record lock for reading keeps no reader out. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;
	int fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));

	for (int i = 0; i < 10; i++) {
		NEED(fcntl(fd, F_SETLKW, &(struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET}));
		(*x)++; /* race A B */
		NEED(fcntl(fd, F_SETLKW, &(struct flock){.l_type = F_UNLCK, .l_whence = SEEK_SET}));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return 0;
}
