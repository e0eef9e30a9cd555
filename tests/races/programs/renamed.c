/* clean: the file has its name when the value is there, and is waited for. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	NEED(open("new", O_CREAT, 0600));
	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(rename("new", "ready"));
		_exit(0);
	}
	while (access("ready", F_OK) == -1)
		usleep(1000);
	unlink("ready");
	return *x != 1 || finish();
}
