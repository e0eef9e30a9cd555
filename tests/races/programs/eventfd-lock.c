/* clean: an event that one at a time takes, and gives back. */
#include "shared.h"

#include <stdbool.h>
#include <sys/eventfd.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(eventfd(1, EFD_SEMAPHORE));
	bool child = NEED(fork()) == 0;
	eventfd_t value;

	for (int i = 0; i < 10; i++) {
		NEED(eventfd_read(fd, &value));
		(*x)++;
		NEED(eventfd_write(fd, 1));
	}
	if (child)
		_exit(0);
	return finish() || *x != 20;
}
