/* clean: the file is made shorter under the mapping: SIGBUS, and it is caught. */
#include "shared.h"

#include <setjmp.h>

static sigjmp_buf back;

static void on_bus(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

int main(void)
{
	int fd = NEED(open("data", O_RDWR | O_CREAT, 0600));
	volatile char *x;

	NEED(ftruncate(fd, 8192));
	x = need_memory(mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	sigaction(SIGBUS, &(struct sigaction){.sa_handler = on_bus}, NULL);
	if (NEED(fork()) == 0) {
		x[5000] = 1;
		_exit(0);
	}
	if (finish())
		return 1;
	NEED(ftruncate(fd, 4096));
	if (sigsetjmp(back, 1) == 0)
		return x[5000] + 2;
	x[5] = 1;
	return unlink("data") || x[5] != 1;
}
