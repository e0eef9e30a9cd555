/* clean: locks of fcntl() are the process's, whoever opened the file. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		NEED(fcntl(fd, F_SETLKW, &(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET}));
		(*x)++;
		NEED(fcntl(fd, F_SETLKW, &(struct flock){.l_type = F_UNLCK, .l_whence = SEEK_SET}));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return *x != 20;
}
