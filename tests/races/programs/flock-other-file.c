/* race: each process locks another file. */
#include "shared.h"

#include <stdbool.h>
#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;
	int fd = NEED(open(child ? "lock" : "lock2", O_RDWR | O_CREAT, 0600));

	for (int i = 0; i < 10; i++) {
		NEED(flock(fd, LOCK_EX));
		(*x)++; /* race A B */
		NEED(flock(fd, LOCK_UN));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	unlink("lock2");
	return 0;
}
