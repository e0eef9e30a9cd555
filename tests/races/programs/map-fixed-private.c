/* clean: private memory is mapped over the shared one. */
#include "shared.h"

int main(void)
{
	char *x = share(4096);
	if (NEED(fork()) == 0) {
		x[9] = 1;
		_exit(0);
	}
	x = need_memory(mmap(
		x, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	x[9] = 2;
	return finish() || x[9] != 2;
}
