/* clean: a lock that serves in the order of tickets. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	struct {
		atomic_int next, served;
		int x;
	} *s = share(sizeof(*s));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		int mine = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);

		while (atomic_load_explicit(&s->served, memory_order_acquire) != mine)
			sched_yield();
		s->x++;
		atomic_store_explicit(&s->served, mine + 1, memory_order_release);
	}
	if (child)
		_exit(0);
	return finish() || s->x != 20;
}
