/* clean: the memory is unmapped, and what comes in its place is new. */
#include "shared.h"

int main(void)
{
	char *x = share(4096);
	if (NEED(fork()) == 0) {
		x[9] = 1;
		_exit(0);
	}
	NEED(munmap(x, 4096));
	x = need_memory(mmap(
		x, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	x[9] = 2;
	return finish() || x[9] != 2;
}
