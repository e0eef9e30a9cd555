/* pump: a parent writes more than a pipe holds, 40 times; its child moves all of it to nowhere, as
 * much at once as there is. Each wakes the other many times within one call. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	static char bytes[70000];
	int fd[2], null = open("/dev/null", O_WRONLY);

	if (pipe(fd) == -1)
		return 1;
	if (fork() == 0) {
		close(fd[1]);
		while (splice(fd[0], NULL, null, NULL, 1 << 20, 0) > 0)
			;
		_exit(0);
	}
	for (int i = 0; i < 40; i++) {
		usleep(1000); /* the child has emptied the pipe and waits by then */
		if (write(fd[1], bytes, sizeof(bytes)) != sizeof(bytes))
			return 1;
	}
	close(fd[1]);
	wait(NULL);
	return 0;
}
