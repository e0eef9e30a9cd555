/* A child reads an event counter, the parent waits until it can be read: nobody adds. */
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int main(void)
{
	struct pollfd one = {.fd = eventfd(0, 0), .events = POLLIN};
	uint64_t count;

	if (fork() == 0)
		_exit(read(one.fd, &count, sizeof(count)) < 0);
	return poll(&one, 1, -1) < 0;
}
