/* race: a pipe that holds more does not make its writer wait. */
#include "shared.h"

#define SIZE 65536

int main(void)
{
	static char bytes[2 * SIZE];
	int *x = share(sizeof(*x)), tube[2];

	NEED(pipe(tube));
	NEED(fcntl(tube[1], F_SETPIPE_SZ, 2 * SIZE));
	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		for (int got = 0; got < 2 * SIZE;)
			got += NEED((int)read(tube[0], bytes, SIZE));
		_exit(0);
	}
	NEED((int)write(tube[1], bytes, SIZE));
	give(tube[1]);
	(*x)++; /* race B */
	NEED((int)write(tube[1], bytes, SIZE - 1));
	return finish();
}
