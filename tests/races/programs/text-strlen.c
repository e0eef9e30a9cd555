/* race: the length of a text that another writes. */
#include "shared.h"

int main(void)
{
	char *text = share(64), copy[64] = "";

	if (NEED(fork()) == 0) {
		text[0] = 'x'; /* race A */
		_exit(0);
	}
	copy[0] = (char)strlen(text); /* race B */
	return finish() || copy[0] > 32;
}
