/* race: the event is written before the value. */
#include "shared.h"

#include <sys/eventfd.h>

int main(void)
{
	int *x = share(sizeof(*x)), seen, fd = NEED(eventfd(0, 0));
	eventfd_t value;

	if (NEED(fork()) == 0) {
		NEED(eventfd_write(fd, 1));
		*x = 1; /* race A */
		_exit(0);
	}
	NEED(eventfd_read(fd, &value));
	seen = *x; /* race B */
	return finish() || seen > 1;
}
