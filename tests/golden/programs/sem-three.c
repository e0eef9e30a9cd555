/* Three processes, each with one semaphore, wait for the next one's. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	sem_t *forks = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 3; i++)
		sem_init(&forks[i], 1, 1);
	for (int i = 0; i < 3; i++) {
		if (fork() == 0) {
			sem_wait(&forks[i]);
			sleep(1);
			sem_wait(&forks[(i + 1) % 3]);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
