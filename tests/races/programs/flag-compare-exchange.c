/* clean: a flag, taken by compare-and-exchange. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int flag;
		int x;
	} *s = share(sizeof(*s));

	if (NEED(fork()) == 0) {
		s->x = 1;
		atomic_store(&s->flag, 1);
		_exit(0);
	}
	int set = 1;

	while (!atomic_compare_exchange_weak(&s->flag, &set, 2)) {
		set = 1;
		sched_yield();
	}
	if (s->x != 1)
		return 1;
	return finish();
}
