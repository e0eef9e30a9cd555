/* clean: an atomic counter. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	atomic_long *count = share(sizeof(*count));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++)
		(*count)++;
	if (child)
		_exit(0);
	return finish() || *count != 20;
}
