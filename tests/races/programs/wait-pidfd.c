/* clean: poll() of a pidfd says that the child has ended. */
#include "shared.h"

#include <poll.h>
#include <sys/syscall.h>

int main(void)
{
	int *x = share(sizeof(*x));
	pid_t child = NEED(fork());

	if (child == 0) {
		*x = 1;
		_exit(0);
	}

	struct pollfd ready = {
		.fd = NEED((int)syscall(SYS_pidfd_open, child, 0)), .events = POLLIN};

	NEED(poll(&ready, 1, -1));
	return *x != 1 || finish();
}
