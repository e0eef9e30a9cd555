/* clean: the child dies with a robust mutex, and the parent inherits it. */
#include "shared.h"

#include <pthread.h>

int main(void)
{
	struct {
		pthread_mutex_t lock;
		int x;
	} *s = share(sizeof(*s));
	pthread_mutexattr_t attr;
	int token[2];

	NEED(pipe(token));
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&s->lock, &attr);
	if (NEED(fork()) == 0) {
		pthread_mutex_lock(&s->lock);
		give(token[1]);
		s->x = 1;
		_exit(0);
	}
	take(token[0]);
	if (pthread_mutex_lock(&s->lock) != EOWNERDEAD || s->x != 1)
		return 1;
	pthread_mutex_consistent(&s->lock);
	pthread_mutex_unlock(&s->lock);
	return finish();
}
