/* clean: tries until it has the mutex. */
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
		while (pthread_mutex_trylock(&s->lock) != 0)
			sched_yield();
		s->x++;
		pthread_mutex_unlock(&s->lock);
	}
	if (child)
		_exit(0);
	return finish() || s->x != 20;
}
