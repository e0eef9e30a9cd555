/* race: a plain counter. */
#include "shared.h"

#include <stdbool.h>

static APART void add_one(long *count)
{
	(*count)++; /* race A B */
}

int main(void)
{
	long *count = share(sizeof(*count));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++)
		add_one(count);
	if (child)
		_exit(0);
	return finish();
}
