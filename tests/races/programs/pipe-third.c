/* clean: a third process passes the bytes on. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), there[2], back[2];

	NEED(pipe(there));
	NEED(pipe(back));
	if (NEED(fork()) == 0) {
		*x = 1;
		give(there[1]);
		_exit(0);
	}
	if (NEED(fork()) == 0) {
		take(there[0]);
		give(back[1]);
		_exit(0);
	}
	take(back[0]);
	return *x != 1 || finish();
}
