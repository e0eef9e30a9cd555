/* race: a volatile counter. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	volatile long *count = share(sizeof(*count));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++)
		(*count)++; /* race A B */
	if (child)
		_exit(0);
	return finish();
}
