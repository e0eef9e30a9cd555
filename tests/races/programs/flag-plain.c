/* race: a plain flag. */
#include "shared.h"

int main(void)
{
	struct {
		int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;    /* race A */
		s->flag = 1; /* race A */
		_exit(0);
	}
	int set = s->flag; /* race B */
	int seen = s->x;   /* race B */
	return finish() || seen > 1 || set > 1;
}
