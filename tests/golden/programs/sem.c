/* Two processes take two semaphores in opposite order. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	sem_t *forks = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 2; i++)
		sem_init(&forks[i], 1, 1);
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			sem_wait(&forks[i]);
			sleep(1);
			sem_wait(&forks[1 - i]);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
