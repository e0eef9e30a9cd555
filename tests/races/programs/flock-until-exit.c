/* clean: the lock is given back by the end of the child. */
#include "shared.h"

#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x)), token[2], fd;

	NEED(pipe(token));
	if (NEED(fork()) == 0) {
		fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
		NEED(flock(fd, LOCK_EX));
		give(token[1]);
		*x = 1;
		_exit(0);
	}
	take(token[0]);
	fd = NEED(open("lock", O_RDWR));
	NEED(flock(fd, LOCK_EX));
	unlink("lock");
	return *x != 1 || finish();
}
