/* clean: a barrier made of a counter: the last to come lets all go. */
#include "shared.h"

#define ROUNDS 4

struct state {
	atomic_int inside, round;
	int x[2];
};

static void meet(struct state *s)
{
	int round = atomic_load(&s->round);

	if (atomic_fetch_add(&s->inside, 1) == 1) {
		atomic_store(&s->inside, 0);
		atomic_fetch_add(&s->round, 1);
	}
	while (atomic_load(&s->round) == round)
		sched_yield();
}

int main(void)
{
	struct state *s = share(sizeof(*s));
	int me = NEED(fork()) == 0, seen = 0;

	for (int i = 0; i < ROUNDS; i++) {
		s->x[me] = i;
		meet(s);
		seen += s->x[!me];
		meet(s);
	}
	if (me)
		_exit(seen != 6);
	return finish() || seen != 6;
}
