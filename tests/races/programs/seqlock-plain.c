/* race: a seqlock whose number is volatile and whose data are plain. */
#include "shared.h"

struct state {
	volatile unsigned number;
	int a, b;
};

static APART void change(struct state *s, int to)
{
	s->number = s->number + 1; /* race A */
	s->a = to;                 /* race A */
	s->b = to;                 /* race A */
	s->number = s->number + 1; /* race A */
}

static APART int look(struct state *s)
{
	unsigned before;
	int a, b;

	do {
		while ((before = s->number) % 2) /* race B */
			sched_yield();
		a = s->a;              /* race B */
		b = s->b;              /* race B */
	} while (s->number != before); /* race B */
	return a - b;
}

int main(void)
{
	struct state *s = share(sizeof(*s));
	int wrong = 0;

	if (NEED(fork()) == 0) {
		for (int i = 1; i <= 5; i++)
			change(s, i);
		_exit(0);
	}
	for (int i = 0; i < 5; i++)
		wrong += look(s) != 0;
	return finish() || wrong > 5;
}
