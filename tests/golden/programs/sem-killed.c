/* A process is killed while it holds a semaphore. */
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	sem_t *mutex = sem_open("/mutex", O_CREAT, 0600, 1);

	if (fork() == 0) {
		sem_wait(mutex);
		raise(SIGKILL);
	}
	wait(NULL);
	sem_wait(mutex);
	return 0;
}
