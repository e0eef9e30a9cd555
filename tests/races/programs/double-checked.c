/* clean: looks at the flag with acquire, takes the lock, looks again, sets it with release. */
#include "shared.h"

#include <stdbool.h>

struct state {
	atomic_int ready;
	atomic_flag lock;
	int x;
};

static void prepare(struct state *s)
{
	if (atomic_load_explicit(&s->ready, memory_order_acquire))
		return;
	while (atomic_flag_test_and_set(&s->lock))
		sched_yield();
	if (!atomic_load_explicit(&s->ready, memory_order_relaxed)) {
		s->x = 1;
		atomic_store_explicit(&s->ready, 1, memory_order_release);
	}
	atomic_flag_clear(&s->lock);
}

int main(void)
{
	struct state *s = share(sizeof(*s));
	bool child = NEED(fork()) == 0;
	int seen;

	prepare(s);
	seen = s->x;
	if (child)
		_exit(seen != 1);
	return finish() || seen != 1;
}
