/* race: without O_EXCL both create the file. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;

	NEED(open("lock", O_CREAT, 0600));
	(*x)++; /* race A B */
	if (child)
		_exit(0);
	finish();
	return unlink("lock");
}
