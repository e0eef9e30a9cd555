/* race: mremap moves the mapping; the bytes are the same. */
#include "shared.h"

int main(void)
{
	char *x = share(4096);
	if (NEED(fork()) == 0) {
		x = need_memory(mremap(x, 4096, 1 << 20, MREMAP_MAYMOVE));
		x[9] = 1; /* race A */
		_exit(0);
	}
	int seen = x[9]; /* race B */
	return finish() || seen > 1;
}
