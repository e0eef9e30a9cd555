/* race: read() writes into shared memory while another reads there. */
#include "shared.h"

int main(void)
{
	char *text = share(16);
	int data[2], seen;

	NEED(pipe(data));
	NEED((int)write(data[1], "hello", 6));
	if (NEED(fork()) == 0) {
		NEED((int)read(data[0], text, 6)); /* race A */
		_exit(0);
	}
	seen = text[5]; /* race B */
	return finish() || seen != 0;
}
