/* clean: mprotect() makes the memory read-only, and writable again. */
#include "shared.h"

int main(void)
{
	char *x = share(4096);

	NEED(mprotect(x, 4096, PROT_READ));
	if (NEED(fork()) == 0) {
		NEED(mprotect(x, 4096, PROT_READ | PROT_WRITE));
		x[5] = 1;
		_exit(0);
	}
	return finish() || x[5] != 1;
}
