/* clean: who creates the file is in; who is out removes it. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 5; i++) {
		while (open("lock", O_CREAT | O_EXCL, 0600) == -1)
			usleep(1000);
		(*x)++;
		NEED(unlink("lock"));
	}
	if (child)
		_exit(0);
	return finish() || *x != 10;
}
