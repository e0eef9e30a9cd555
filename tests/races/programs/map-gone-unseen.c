/* clean: memory that was written to goes away by a call that nobody sees. */
#include "shared.h"

#include <sys/syscall.h>

int main(void)
{
	int *x = share(sizeof(*x)), *y = share(sizeof(*y)), status;

	for (int i = 0; i < 40; i++) {
		int *gone = share(4096);

		*y += 1;
		*gone = i;
		NEED((int)syscall(SYS_munmap, gone, 4096));
		*y += 1;
	}
	if (NEED(fork()) == 0) {
		*x = *y;
		_exit(0);
	}
	wait(&status);
	return *x != 80 || status;
}
