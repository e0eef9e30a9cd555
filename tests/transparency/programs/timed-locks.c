/* sem_timedwait, pthread_*_timed*: in vain, at once, in the past. */
#include "say.h"

#include <pthread.h>
#include <semaphore.h>

int main(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
	pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
	struct timespec until;
	sem_t sem;

	sem_init(&sem, 0, 1);
	until = in(CLOCK_REALTIME, TENTH);
	begin();
	result("sem_timedwait of 1", sem_timedwait(&sem, &until));
	result("sem_timedwait of 0", sem_timedwait(&sem, &until));
	took("sem_timedwait", 1);
	result("sem_timedwait into the past", sem_timedwait(&sem, &until));
	until.tv_nsec = 1000000000;
	result("sem_timedwait, no time", sem_timedwait(&sem, &until));
	handle(SIGALRM, count, 0);
	alarm_in(1);
	until = in(CLOCK_REALTIME, 5L * TENTH);
	result("interrupted sem_timedwait", sem_timedwait(&sem, &until));
	alarm_in(1);
	result("interrupted sem_wait", sem_wait(&sem));

	pthread_mutex_lock(&mutex);
	begin();
	until = in(CLOCK_REALTIME, TENTH);
	error("cond_timedwait", pthread_cond_timedwait(&cond, &mutex, &until));
	took("cond_timedwait", 1);
	begin();
	until = in(CLOCK_REALTIME, TENTH);
	error("mutex_timedlock", pthread_mutex_timedlock(&mutex, &until));
	took("mutex_timedlock", 1);
	pthread_rwlock_wrlock(&rwlock);
	error("rwlock_tryrdlock", pthread_rwlock_tryrdlock(&rwlock));
	pthread_rwlock_unlock(&rwlock);
	pthread_rwlock_rdlock(&rwlock);
	begin();
	until = in(CLOCK_REALTIME, TENTH);
	error("rwlock_timedwrlock", pthread_rwlock_timedwrlock(&rwlock, &until));
	took("rwlock_timedwrlock", 1);
	return 0;
}
