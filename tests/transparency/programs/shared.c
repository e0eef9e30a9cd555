/* Shared memory by shm_open and mmap, a process-shared semaphore, mutex and condition in it. */
#include "say.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

struct world {
	sem_t sem;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	int turn, sum;
};

int main(void)
{
	pthread_mutexattr_t mattr;
	pthread_condattr_t cattr;
	char name[64];
	struct world *w;
	sem_t *named;
	int fd, value;

	snprintf(name, sizeof(name), "/transparency-%ld", (long)getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	okay("shm_open", fd);
	result("ftruncate", ftruncate(fd, sizeof(*w)));
	w = mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	result("shm_unlink", shm_unlink(name));
	result("shm_unlink again", shm_unlink(name));
	sem_init(&w->sem, 1, 0);
	pthread_mutexattr_init(&mattr);
	pthread_mutexattr_setpshared(&mattr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&mattr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&w->mutex, &mattr);
	pthread_condattr_init(&cattr);
	pthread_condattr_setpshared(&cattr, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&w->cond, &cattr);
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			pthread_mutex_lock(&w->mutex);
			while (w->turn != i)
				pthread_cond_wait(&w->cond, &w->mutex);
			say("turn %d", i);
			w->turn++;
			pthread_cond_broadcast(&w->cond);
			pthread_mutex_unlock(&w->mutex);
			sem_post(&w->sem);
			_exit(0);
		}
	for (int i = 0; i < 3; i++)
		result("sem_wait", sem_wait(&w->sem));
	while (wait(NULL) > 0)
		;
	if (fork() == 0) {
		pthread_mutex_lock(&w->mutex);
		_exit(0); /* and keeps it */
	}
	wait(&value);
	error("the owner died", pthread_mutex_lock(&w->mutex));
	error("consistent", pthread_mutex_consistent(&w->mutex));
	pthread_mutex_unlock(&w->mutex);
	named = sem_open(name, O_CREAT | O_EXCL, 0600, 2);
	say("sem_open %d", named != SEM_FAILED);
	sem_getvalue(named, &value);
	say("value %d", value);
	say("again %s", sem_open(name, O_CREAT | O_EXCL, 0600, 2) == SEM_FAILED
				? strerrorname_np(errno)
				: "ok");
	result("sem_unlink", sem_unlink(name));
	return 0;
}
