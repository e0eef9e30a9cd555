/* clean: madvise() of shared memory, by one process at a time. */
#include "shared.h"

int main(void)
{
	char *x = share(8192);

	if (NEED(fork()) == 0) {
		x[5000] = 1;
		_exit(0);
	}
	if (finish() || x[5000] != 1)
		return 1;
	NEED(madvise(x, 8192, MADV_DONTNEED));
	NEED(madvise(x, 8192, MADV_REMOVE));
	return x[5000];
}
