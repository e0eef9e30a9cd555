/* clean: two processes write fields of one structure. */
#include "shared.h"

int main(void)
{
	struct {
		char a;
		short b;
		int c;
		long d;
	} *s = share(sizeof(*s));
	int me = NEED(fork()) == 0;

	if (me) {
		s->a = 1;
		s->c = 1;
	} else {
		s->b = 1;
		s->d = 1;
	}
	if (me)
		_exit(0);
	return finish() || s->a + s->b + s->c + s->d != 4;
}
