/* Semaphores in shared memory: "free", 100,000 times up and down with nobody in the way, which
 * makes no system call; "handed", 5,000 turns of two processes that wait for each other. */
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	sem_t *sem = mmap(
		NULL, 2 * sizeof(*sem), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int child;

	if (sem == MAP_FAILED || sem_init(&sem[0], 1, 1) < 0 || sem_init(&sem[1], 1, 0) < 0)
		return 2;
	if (argc == 2 && strcmp(argv[1], "free") == 0) {
		for (int i = 0; i < 100000; i++)
			if (sem_wait(&sem[0]) < 0 || sem_post(&sem[0]) < 0)
				return 2;
		return 0;
	}
	child = fork() == 0;
	for (int i = 0; i < 5000; i++)
		if (sem_wait(&sem[child]) < 0 || sem_post(&sem[!child]) < 0)
			return 2;
	if (child)
		_exit(0);
	return wait(NULL) < 0;
}
