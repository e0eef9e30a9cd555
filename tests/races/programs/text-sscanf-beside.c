/* clean: what sscanf() did not come to it has not written, nor more of a name than there is. */
#include "shared.h"

struct both {
	char name[8];
	long number;
};

int main(void)
{
	struct both *b = share(sizeof(*b));

	if (NEED(fork()) == 0)
		_exit(b->number == 9 || b->name[4] == 'x');
	if (sscanf("abc x", "%7s %ld", b->name, &b->number) != 1)
		return 1;
	return finish();
}
