/* clean: a descriptor was inherited, but the lock is another's, which the child opened. */
#include "shared.h"

#include <stdbool.h>
#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
	bool child = NEED(fork()) == 0;

	if (child)
		fd = NEED(open("lock", O_RDWR));
	for (int i = 0; i < 10; i++) {
		NEED(flock(fd, LOCK_EX));
		(*x)++;
		NEED(flock(fd, LOCK_UN));
	}
	if (child)
		_exit(0);
	finish();
	unlink("lock");
	return *x != 20;
}
