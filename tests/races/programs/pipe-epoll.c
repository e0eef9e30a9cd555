/* clean: epoll_wait() says that the byte is there; it is not even read. */
#include "shared.h"

#include <sys/epoll.h>

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	if (NEED(fork()) == 0) {
		*x = 1;
		give(end[1]);
		_exit(0);
	}
	struct epoll_event event = {.events = EPOLLIN};
	int set = NEED(epoll_create1(0));

	NEED(epoll_ctl(set, EPOLL_CTL_ADD, end[0], &event));
	NEED(epoll_wait(set, &event, 1, -1));
	if (*x != 1)
		return 1;
	return finish();
}
