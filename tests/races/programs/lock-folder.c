/* clean: mkdir() succeeds for one at a time. */
#include "shared.h"

#include <stdbool.h>
#include <sys/stat.h>

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 5; i++) {
		while (mkdir("lock", 0700) == -1)
			usleep(1000);
		(*x)++;
		NEED(rmdir("lock"));
	}
	if (child)
		_exit(0);
	return finish() || *x != 10;
}
