/* race: sprintf writes into shared memory while another reads it. */
#include "shared.h"

int main(void)
{
	char *text = share(64), copy[64] = "";

	if (NEED(fork()) == 0) {
		sprintf(text, "%d", 12345); /* race A */
		_exit(0);
	}
	memcpy(copy, text, 4); /* race B */
	return finish() || strlen(copy) > 5;
}
