/* race: vmsplice() reads memory that the other writes. */
#include "shared.h"

#include <sys/uio.h>

int main(void)
{
	char *x = share(4096);
	int out[2];

	NEED(pipe(out));
	if (NEED(fork()) == 0) {
		x[1] = 'b'; /* race A */
		_exit(0);
	}
	NEED((int)vmsplice(out[1], &(struct iovec){x, 4}, 1, 0)); /* race B */
	return finish();
}
