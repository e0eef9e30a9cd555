/* clean: who has the lock's descriptor all give it back, before another gets it. */
#include "shared.h"

#include <sys/file.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), token[2], fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));

	NEED(pipe(token));
	NEED(flock(fd, LOCK_EX));
	for (int i = 0; i < 2; i++) {
		if (NEED(fork()) == 0) {
			give(token[1]);
			x[i] = 1;
			_exit(0);
		}
	}
	take(token[0]);
	take(token[0]);
	close(fd);
	fd = NEED(open("lock", O_RDWR));
	NEED(flock(fd, LOCK_EX));
	unlink("lock");
	return x[0] != 1 || x[1] != 1 || finish();
}
