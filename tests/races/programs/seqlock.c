/* clean: a seqlock done right: the data are atomic, too, and fences order them. */
#include "shared.h"

struct state {
	atomic_uint number;
	atomic_int a, b;
};

static void change(struct state *s, int to)
{
	unsigned number = atomic_load_explicit(&s->number, memory_order_relaxed);

	atomic_store_explicit(&s->number, number + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&s->a, to, memory_order_relaxed);
	atomic_store_explicit(&s->b, to, memory_order_relaxed);
	atomic_store_explicit(&s->number, number + 2, memory_order_release);
}

static int look(struct state *s)
{
	unsigned before;
	int a, b;

	do {
		while ((before = atomic_load_explicit(&s->number, memory_order_acquire)) % 2)
			sched_yield();
		a = atomic_load_explicit(&s->a, memory_order_relaxed);
		b = atomic_load_explicit(&s->b, memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
	} while (atomic_load_explicit(&s->number, memory_order_relaxed) != before);
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
	return finish() || wrong;
}
