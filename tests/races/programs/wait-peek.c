/* clean: waitid() with WNOWAIT leaves the zombie, and is after its end all the same. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		*x = 1;
		_exit(0);
	}
	siginfo_t info;

	NEED(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT));
	if (*x != 1)
		return 1;
	return finish();
}
