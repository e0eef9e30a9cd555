/* clean: who drops the last reference looks at what all others wrote. */
#include "shared.h"

int main(void)
{
	struct {
		atomic_int references, sum;
		int part[3];
	} *s = share(sizeof(*s));

	s->references = 3;
	for (int i = 0; i < 3; i++) {
		if (NEED(fork()) != 0)
			continue;
		s->part[i] = i + 1;
		if (atomic_fetch_sub_explicit(&s->references, 1, memory_order_release) == 1) {
			atomic_thread_fence(memory_order_acquire);
			s->sum = s->part[0] + s->part[1] + s->part[2];
		}
		_exit(0);
	}
	return finish() || s->sum != 6;
}
