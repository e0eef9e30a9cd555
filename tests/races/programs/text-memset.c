/* race: memset of shared memory while another reads it. */
#include "shared.h"

int main(void)
{
	char *text = share(64), copy[64] = "";

	if (NEED(fork()) == 0) {
		memset(text, 'x', 32); /* race A */
		_exit(0);
	}
	copy[0] = text[31]; /* race B */
	return finish() || copy[0] > 'x';
}
