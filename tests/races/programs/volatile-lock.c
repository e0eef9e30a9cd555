/* race: a lock made of a volatile variable: looking and taking are two steps. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	struct {
		volatile int lock;
		int x;
	} *s = share(sizeof(*s));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		while (s->lock) /* race A B */
			sched_yield();
		s->lock = 1; /* race A B */
		s->x++;      /* race A B */
		s->lock = 0; /* race A B */
	}
	if (child)
		_exit(0);
	return finish();
}
