/* clean: who fills a small pipe has waited for who made room. */
#include "shared.h"

#define SIZE 4096

int main(void)
{
	static char bytes[SIZE];
	int *x = share(sizeof(*x)), tube[2];

	NEED(pipe(tube));
	NEED(fcntl(tube[1], F_SETPIPE_SZ, SIZE));
	if (NEED(fork()) == 0) {
		*x = 1;
		if (NEED((int)read(tube[0], bytes, SIZE)) != SIZE)
			_exit(1);
		take(tube[0]);
		_exit(0);
	}
	NEED((int)write(tube[1], bytes, SIZE));
	give(tube[1]);
	return *x != 1 || finish();
}
