/* guarded CHILDREN TIMES: children add to one number under a semaphore. */
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
	sem_t lock;
	long sum;
};

static void add(struct shared *s, long times)
{
	for (long i = 0; i < times; i++) {
		sem_wait(&s->lock);
		s->sum++;
		sem_post(&s->lock);
	}
}

int main(int argc, char **argv)
{
	int children = argc == 3 ? atoi(argv[1]) : 0;
	struct shared *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED || sem_init(&s->lock, 1, 1) == -1)
		return 1;
	for (int i = 0; i < children; i++) {
		pid_t child = fork();

		if (child == -1)
			return 1;
		if (child == 0) {
			add(s, atol(argv[2]));
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	printf("%ld\n", s->sum);
	return 0;
}
