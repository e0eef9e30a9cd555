/* clean: a ring of one maker and one taker, two atomic indices. */
#include "shared.h"

#define SIZE  4
#define ITEMS 10

int main(void)
{
	struct {
		atomic_uint in, out;
		int slot[SIZE];
	} *r = share(sizeof(*r));
	int sum = 0;

	if (NEED(fork()) == 0) {
		for (unsigned i = 0; i < ITEMS; i++) {
			while (i - atomic_load_explicit(&r->out, memory_order_acquire) == SIZE)
				sched_yield();
			r->slot[i % SIZE] = (int)i;
			atomic_store_explicit(&r->in, i + 1, memory_order_release);
		}
		_exit(0);
	}
	for (unsigned i = 0; i < ITEMS; i++) {
		while (atomic_load_explicit(&r->in, memory_order_acquire) == i)
			sched_yield();
		sum += r->slot[i % SIZE];
		atomic_store_explicit(&r->out, i + 1, memory_order_release);
	}
	return finish() || sum != 45;
}
