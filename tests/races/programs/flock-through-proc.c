/* clean: /dev/fd opens the file anew, so that the lock is another's. */
#include "shared.h"

#include <stdbool.h>
#include <sys/file.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
	bool child = NEED(fork()) == 0;
	char path[32];

	if (child) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		fd = NEED(open(path, O_RDWR));
	}
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
