/* A B here, B A there. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void work(sem_t *first, sem_t *second)
{
	for (int i = 0; i < 2; i++) {
		sem_wait(first);
		sem_wait(second);
		sem_post(second);
		sem_post(first);
	}
}

int main(void)
{
	sem_t *s = mmap(
		NULL, 2 * sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED || sem_init(&s[0], 1, 1) < 0 || sem_init(&s[1], 1, 1) < 0)
		return 2;
	if (fork() == 0) {
		work(&s[1], &s[0]);
		_exit(0);
	}
	work(&s[0], &s[1]);
	return wait(NULL) < 0;
}
