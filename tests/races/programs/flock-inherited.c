/* race: flock() through the descriptor that both have: one open file description, one lock. */
#include "shared.h"

#include <stdbool.h>
#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
	bool child = NEED(fork()) == 0;

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
