/* clean: waits for a condition, with the mutex. */
#include "shared.h"

#include <pthread.h>

struct state {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int ready, x;
};

static struct state *make(void)
{
	struct state *s = share(sizeof(*s));
	pthread_mutexattr_t attr;
	pthread_condattr_t cond;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&s->lock, &attr);
	pthread_condattr_init(&cond);
	pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&s->changed, &cond);
	return s;
}

int main(void)
{
	struct state *s = make();

	if (NEED(fork()) == 0) {
		s->x = 1;
		pthread_mutex_lock(&s->lock);
		s->ready = 1;
		pthread_cond_signal(&s->changed);
		pthread_mutex_unlock(&s->lock);
		_exit(0);
	}
	pthread_mutex_lock(&s->lock);
	while (!s->ready)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
	if (s->x != 1)
		return 1;
	return finish();
}
