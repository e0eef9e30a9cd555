/* clean: the child stops itself, is seen stopped, and is continued. */
#include "shared.h"

int main(void)
{
	int *x = share(2 * sizeof(*x)), status;
	pid_t child = NEED(fork());

	if (child == 0) {
		x[0] = 1;
		raise(SIGSTOP);
		_exit(x[1] != 2);
	}
	NEED(waitpid(child, &status, WUNTRACED));
	if (!WIFSTOPPED(status) || x[0] != 1)
		return 1;
	x[1] = 2;
	NEED(kill(child, SIGCONT));
	return finish();
}
