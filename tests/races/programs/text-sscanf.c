/* race: sscanf() puts a number where the other reads. */
#include "shared.h"

struct both {
	char name[8];
	long number;
};

int main(void)
{
	struct both *b = share(sizeof(*b));

	if (NEED(fork()) == 0)
		_exit(b->number == 9);                                    /* race A */
	if (sscanf("a 5 7", "%7[a-z] %*d %ld", b->name, &b->number) != 2) /* race B */
		return 1;
	return finish();
}
