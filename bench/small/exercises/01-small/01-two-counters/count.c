/* A parent and a child count together, ten times each. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
	sem_t lock;
	int count;
};

static void count(struct shared *s)
{
	for (int i = 0; i < 10; i++) {
		sem_wait(&s->lock);
		s->count++;
		sem_post(&s->lock);
	}
}

int main(void)
{
	struct shared *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (s == MAP_FAILED || sem_init(&s->lock, 1, 1) < 0 || (pid = fork()) < 0)
		return 2;
	count(s);
	if (pid == 0)
		_exit(0);
	return wait(NULL) < 0 || s->count != 20;
}
