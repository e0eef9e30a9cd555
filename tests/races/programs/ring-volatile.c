/* race: a ring of one maker and one taker, two volatile indices. */
#include "shared.h"

#define SIZE  4
#define ITEMS 10

int main(void)
{
	struct {
		volatile unsigned in, out;
		int slot[SIZE];
	} *r = share(sizeof(*r));
	int sum = 0;

	if (NEED(fork()) == 0) {
		for (unsigned i = 0; i < ITEMS; i++) {
			while (i - r->out == SIZE) /* race A */
				sched_yield();
			r->slot[i % SIZE] = (int)i; /* race A */
			r->in = i + 1;              /* race A */
		}
		_exit(0);
	}
	for (unsigned i = 0; i < ITEMS; i++) {
		while (r->in == i) /* race B */
			sched_yield();
		sum += r->slot[i % SIZE]; /* race B */
		r->out = i + 1;           /* race B */
	}
	return finish() || sum > 45;
}
