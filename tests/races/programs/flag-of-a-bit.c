/* clean: the byte, the half word and the double word, too. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	struct {
		atomic_bool flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;
		atomic_store(&s->flag, true);
		_exit(0);
	}
	while (!atomic_load(&s->flag))
		sched_yield();
	if (s->x != 1)
		return 1;
	return finish();
}
