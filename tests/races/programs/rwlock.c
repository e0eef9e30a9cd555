/* clean: changes with the lock for writing, looks with the lock for reading. */
#include "shared.h"

#include <pthread.h>

int main(void)
{
	struct {
		pthread_rwlock_t lock;
		int x;
	} *s = share(sizeof(*s));
	pthread_rwlockattr_t attr;
	int sum = 0;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_rwlock_init(&s->lock, &attr);
	for (int child = 0; child < 2; child++) {
		if (NEED(fork()) == 0) {
			pthread_rwlock_wrlock(&s->lock);
			s->x++;
			pthread_rwlock_unlock(&s->lock);
			_exit(0);
		}
	}
	for (int i = 0; i < 5; i++) {
		pthread_rwlock_rdlock(&s->lock);
		sum += s->x;
		pthread_rwlock_unlock(&s->lock);
	}
	return finish() || s->x != 2 || sum > 10;
}
