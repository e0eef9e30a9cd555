/* race: the index is stored before the item. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_uint in;
		int slot[4];
	} *r = share(sizeof(*r));
	int sum = 0;

	if (NEED(fork()) == 0) {
		for (unsigned i = 0; i < 4; i++) {
			atomic_store(&r->in, i + 1);
			r->slot[i] = (int)i; /* race A */
		}
		_exit(0);
	}
	for (unsigned i = 0; i < 4; i++) {
		while (atomic_load(&r->in) <= i)
			sched_yield();
		sum += r->slot[i]; /* race B */
	}
	return finish() || sum > 6;
}
