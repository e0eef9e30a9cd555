/* race: tries once, and changes the value whether it has the mutex or not. */
#include "shared.h"

#include <pthread.h>
#include <stdbool.h>

int main(void)
{
	struct {
		pthread_mutex_t lock;
		int x;
	} *s = share(sizeof(*s));
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&s->lock, &attr);

	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		bool mine = pthread_mutex_trylock(&s->lock) == 0;

		s->x++; /* race A B */
		sched_yield();
		s->x++; /* race A B */
		if (mine)
			pthread_mutex_unlock(&s->lock);
		s->x++; /* race A B */
	}
	if (child)
		_exit(0);
	return finish();
}
