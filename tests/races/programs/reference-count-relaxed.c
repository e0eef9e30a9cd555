/* race: the count is right, and yet orders nothing. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int references;
		int part[3];
	} *s = share(sizeof(*s));
	int sum = 0;

	s->references = 3;
	for (int i = 0; i < 3; i++) {
		if (NEED(fork()) != 0)
			continue;
		s->part[i] = i + 1; /* race A */
		if (atomic_fetch_sub_explicit(&s->references, 1, memory_order_relaxed) == 1) {
			for (int j = 0; j < 3; j++)
				sum += s->part[j]; /* race B */
		}
		_exit(sum > 6);
	}
	return finish();
}
