/* clean: an event is written after the value, and read before it is. */
#include "shared.h"

#include <sys/eventfd.h>

int main(void)
{
	int *x = share(sizeof(*x)), seen, fd = NEED(eventfd(0, 0));
	eventfd_t value;

	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(eventfd_write(fd, 1));
		_exit(0);
	}
	NEED(eventfd_read(fd, &value));
	seen = *x;
	return finish() || seen != 1;
}
