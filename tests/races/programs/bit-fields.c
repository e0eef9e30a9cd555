/* race: two bit-fields are one unit of memory: who writes the one writes the other. */
#include "shared.h"

int main(void)
{
	struct {
		unsigned a : 4, b : 4;
	} *s = share(sizeof(*s));
	int me = NEED(fork()) == 0;

	if (me)
		s->a = 1; /* race A */
	else
		s->b = 1; /* race B */
	if (me)
		_exit(0);
	return finish();
}
