/* clean: end of file comes when the child has closed the last write end. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	pid_t child = NEED(fork());

	if (child == 0) {
		close(end[0]);
		*x = 1;
		close(end[1]);
		pause();
		_exit(0);
	}
	char byte;

	close(end[1]);
	if (read(end[0], &byte, 1) != 0 || *x != 1)
		return 1;
	NEED(kill(child, SIGKILL));
	NEED(waitpid(child, NULL, 0));
	return 0;
}
