/* clean: poll() says that the byte is there; it is not even read. */
#include "shared.h"

#include <poll.h>

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	if (NEED(fork()) == 0) {
		*x = 1;
		give(end[1]);
		_exit(0);
	}
	struct pollfd ready = {.fd = end[0], .events = POLLIN};

	NEED(poll(&ready, 1, -1));
	if (*x != 1)
		return 1;
	return finish();
}
