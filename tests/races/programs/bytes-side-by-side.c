/* clean: two processes write bytes that lie side by side. */
#include "shared.h"

int main(void)
{
	char *s = share(sizeof(*s));
	int me = NEED(fork()) == 0;

	for (int i = 0; i < 16; i++)
		s[2 * i + me] = 1;
	if (me)
		_exit(0);
	return finish() || s[31] != 1;
}
