/* clean: exec closes the descriptor of the lock, and so gives it back. */
#include "shared.h"

#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x)), token[2], fd;

	NEED(pipe(token));
	if (NEED(fork()) == 0) {
		fd = NEED(open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
		NEED(flock(fd, LOCK_EX));
		give(token[1]);
		*x = 1;
		execl("/bin/cat", "cat", "/dev/null", NULL);
		_exit(1);
	}
	take(token[0]);
	fd = NEED(open("lock", O_RDWR));
	NEED(flock(fd, LOCK_EX));
	unlink("lock");
	return *x != 1 || finish();
}
