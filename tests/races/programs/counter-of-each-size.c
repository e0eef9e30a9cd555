/* clean: atomics of one, two, four and eight bytes, side by side. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	struct {
		atomic_uchar a;
		atomic_ushort b;
		atomic_uint c;
		atomic_ulong d;
	} *s = share(sizeof(*s));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 5; i++) {
		s->a++;
		s->b |= 1;
		s->c ^= 3;
		atomic_exchange(&s->d, 7);
	}
	if (child)
		_exit(0);
	return finish() || s->a != 10 || s->b != 1 || s->c != 0 || s->d != 7;
}
