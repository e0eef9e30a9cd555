/* race: one process counts atomically, the other does not. */
#include "shared.h"

static APART void add_one(long *count)
{
	(*count)++; /* race B */
}

int main(void)
{
	long *count = share(sizeof(*count));

	if (NEED(fork()) == 0) {
		for (int i = 0; i < 10; i++)
			__atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST); /* race A */
		_exit(0);
	}
	for (int i = 0; i < 10; i++)
		add_one(count);
	return finish();
}
