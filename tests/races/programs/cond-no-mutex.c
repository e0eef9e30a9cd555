/* race: the flag is set without the mutex, when that was unlocked. */
#include "shared.h"

#include <pthread.h>
#include <time.h>

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
		pthread_mutex_lock(&s->lock);
		pthread_cond_signal(&s->changed);
		pthread_mutex_unlock(&s->lock);
		s->ready = 1; /* race A */
		_exit(0);
	}
	struct timespec until;
	int seen;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1;
	pthread_mutex_lock(&s->lock);
	if (!s->ready) /* race B */
		pthread_cond_timedwait(&s->changed, &s->lock, &until);
	seen = s->ready; /* race B */
	pthread_mutex_unlock(&s->lock);
	return finish() || seen > 1;
}
