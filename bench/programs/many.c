/* many N: a parent and a child, N calls in all: a byte through a pipe, read by the other, a file
 * opened and closed again. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long rounds = argc == 2 ? atol(argv[1]) / 4 : 0;
	int ends[2];
	char byte = 'x';

	if (rounds < 1 || pipe(ends) < 0)
		return 2;
	if (fork() == 0) {
		close(ends[1]);
		while (rounds-- > 0)
			if (read(ends[0], &byte, 1) != 1)
				_exit(2);
		_exit(0);
	}
	close(ends[0]);
	while (rounds-- > 0)
		if (write(ends[1], &byte, 1) != 1 || close(open("/dev/null", O_RDONLY)) < 0)
			return 2;
	return wait(NULL) < 0;
}
