/* race: reads and writes in the same round. */
#include "shared.h"

#include <pthread.h>

int main(void)
{
	struct {
		pthread_barrier_t barrier;
		int x[2];
	} *s = share(sizeof(*s));
	pthread_barrierattr_t attr;
	int seen;

	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&s->barrier, &attr, 2);

	int me = NEED(fork()) == 0;

	s->x[me] = 1;
	for (int i = 0; i < 5; i++) {
		pthread_barrier_wait(&s->barrier);
		seen = s->x[!me]; /* race A B */
		s->x[me] = i + 2; /* race A B */
	}
	if (me)
		_exit(seen > 6);
	return finish() || seen > 6;
}
