/* race: readv() writes into shared memory in two parts. */
#include "shared.h"

#include <sys/uio.h>

int main(void)
{
	char *text = share(16);
	struct iovec parts[] = {{text, 2}, {text + 8, 4}};
	int data[2], seen;

	NEED(pipe(data));
	NEED((int)write(data[1], "hello", 6));
	if (NEED(fork()) == 0) {
		NEED((int)readv(data[0], parts, 2)); /* race A */
		_exit(0);
	}
	text[4] = 'x';
	seen = text[9]; /* race B */
	return finish() || seen > 'z';
}
