/* race: a text is copied into shared memory while another reads it. */
#include "shared.h"

int main(void)
{
	char *text = share(64), copy[64] = "";

	if (NEED(fork()) == 0) {
		strcpy(text, "hello"); /* race A */
		_exit(0);
	}
	strncpy(copy, text, 32); /* race B */
	return finish() || strlen(copy) > 5;
}
