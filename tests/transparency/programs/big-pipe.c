/* A megabyte through a pipe, a full pipe without waiting, atomic writes, splice, tee, writev. */
#include "say.h"

#include <sys/uio.h>

enum { MEGA = 1 << 20 };
static char bytes[MEGA];

int main(void)
{
	struct iovec iov[2] = {{"abc", 3}, {"defg", 4}};
	int fds[2], other[2];
	long total = 0, whole = 1;
	ssize_t n;

	if (pipe(fds) < 0 || pipe(other) < 0)
		return 1;
	if (fork() == 0) {
		close(fds[0]);
		_exit(write(fds[1], bytes, MEGA) != MEGA);
	}
	close(fds[1]);
	while ((n = read(fds[0], bytes, 5000)) > 0)
		total += n;
	say("%ld bytes", total);
	wait(NULL);
	close(fds[0]);

	if (pipe2(fds, O_NONBLOCK) < 0)
		return 1;
	for (total = 0; (n = write(fds[1], bytes, 4096)) > 0;)
		total += n;
	result("full", n);
	say("%ld bytes fit; F_GETPIPE_SZ %d", total, fcntl(fds[0], F_GETPIPE_SZ));
	while (read(fds[0], bytes, sizeof(bytes)) > 0)
		;
	result("empty", read(fds[0], bytes, 1));
	result("writev", writev(fds[1], iov, 2));
	result("tee", tee(fds[0], other[1], 100, 0));
	result("splice", splice(fds[0], NULL, other[1], NULL, 100, 0));
	result("read", read(other[0], bytes, sizeof(bytes)));

	for (int k = 0; k < 3; k++)
		if (fork() == 0) {
			memset(bytes, 'a' + k, 4096);
			for (int i = 0; i < 20; i++)
				if (write(other[1], bytes, 4096) != 4096)
					_exit(1);
			_exit(0);
		}
	for (int i = 0; i < 60; i++) {
		for (n = 0; n < 4096;)
			n += read(other[0], bytes + n, (size_t)(4096 - n));
		for (int k = 1; k < 4096; k++)
			whole &= bytes[k] == bytes[0];
	}
	say("writes of PIPE_BUF stay whole %ld", whole);
	while (wait(NULL) > 0)
		;
	return 0;
}
