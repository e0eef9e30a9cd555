/* race: write() reads from shared memory while another writes there. */
#include "shared.h"

int main(void)
{
	char *text = share(16), copy[4];
	int data[2];

	NEED(pipe(data));
	if (NEED(fork()) == 0) {
		text[2] = 'x'; /* race A */
		_exit(0);
	}
	NEED((int)write(data[1], text, 4)); /* race B */
	NEED((int)read(data[0], copy, 4));
	return finish() || copy[0] != 0;
}
