/* clean: two programs, one semaphore by its name. */
#include "shared.h"

#include <semaphore.h>

#define NAME "/sem-exec"

int main(int argc, char **argv)
{
	int fd = NEED(shm_open(NAME, O_RDWR | O_CREAT, 0600));
	sem_t *sem = sem_open(NAME, O_CREAT, 0600, 0);

	(void)argv;
	NEED(ftruncate(fd, sizeof(int)));

	int *x = need_memory(mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));

	if (argc > 1) {
		*x = 1;
		sem_post(sem);
		return 0;
	}
	if (NEED(fork()) == 0) {
		execl("/proc/self/exe", "sem-exec", "second", (char *)NULL);
		_exit(97);
	}
	sem_wait(sem);
	if (*x != 1 || finish())
		return 1;
	sem_unlink(NAME);
	return shm_unlink(NAME);
}
