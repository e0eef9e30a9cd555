/* race: the first look takes no lock, and the flag is a plain one. */
#include "shared.h"

#include <stdbool.h>

struct state {
	int ready;
	atomic_flag lock;
	int x;
};

static void prepare(struct state *s)
{
	if (s->ready) /* race B */
		return;
	while (atomic_flag_test_and_set(&s->lock))
		sched_yield();
	if (!s->ready) {
		s->x = 1;     /* race A */
		s->ready = 1; /* race A */
	}
	atomic_flag_clear(&s->lock);
}

int main(void)
{
	struct state *s = share(sizeof(*s));
	bool child = NEED(fork()) == 0;
	int seen;

	prepare(s);
	seen = s->x; /* race B */
	if (child)
		_exit(seen > 1);
	return finish() || seen > 1;
}
