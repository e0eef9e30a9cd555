/* race: the event is there from the start. */
#include "shared.h"

#include <sys/eventfd.h>

int main(void)
{
	int *x = share(sizeof(*x)), seen, fd = NEED(eventfd(1, EFD_SEMAPHORE));
	eventfd_t value;

	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		NEED(eventfd_write(fd, 1));
		_exit(0);
	}
	NEED(eventfd_read(fd, &value));
	seen = *x; /* race B */
	return finish() || seen > 1;
}
