/* clean: memcpy and memset of ranges that end where the other begins. */
#include "shared.h"

int main(void)
{
	struct {
		char text[64];
	} *s = share(sizeof(*s));
	int me = NEED(fork()) == 0;

	char own[64] = "x";

	memcpy(s->text + 32 * me, own, 32);
	memset(s->text + 32 * me, me + 1, 32);
	memmove(s->text + 32 * me, s->text + 32 * me + 1, 31);
	if (me)
		_exit(0);
	return finish() || s->text[32] != 2 || s->text[31] != 1;
}
