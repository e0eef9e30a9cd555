/* race: a structure is copied while another writes it. */
#include "shared.h"

struct pair {
	long a, b, c, d;
};

int main(void)
{
	struct pair *s = share(sizeof(*s)), seen;

	if (NEED(fork()) == 0) {
		*s = (struct pair){1, 1, 1, 1}; /* race A */
		_exit(0);
	}
	seen = *s; /* race B */
	return finish() || seen.a > 1;
}
