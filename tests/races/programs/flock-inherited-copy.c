/* race: a copy by dup() is the same open file description. */
#include "shared.h"

#include <stdbool.h>
#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
	bool child = NEED(fork()) == 0;

	if (child)
		fd = NEED(fcntl(NEED(dup2(fd, 20)), F_DUPFD, 30));
	for (int i = 0; i < 10; i++) {
		NEED(flock(fd, LOCK_EX));
		(*x)++; /* race A B */
		NEED(flock(fd, LOCK_UN));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return 0;
}
