/*
 * shm-cons: prints the message in a shared memory object.
 *
 * Usage: shm-cons /N
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "hello.h"

/* A call on object NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "shm-cons: %s: %s\n", name, strerror(errno));
	return 1;
}

/* Opens object NAME and maps it. MAP_FAILED after a failure, with errno set. */
static struct hello *open_hello(const char *name)
{
	int fd;

	fd = shm_open(name, O_RDWR, 0);
	if (fd == -1)
		return MAP_FAILED;
	return mmap(NULL, sizeof(struct hello), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

int main(int argc, char *argv[])
{
	struct hello *hello;
	char own[256];
	sem_t *ready;

	if (argc != 2) {
		fputs("usage: shm-cons /N\n", stderr);
		return 2;
	}
	ready = open_semaphore(argv[1]);
	if (ready == SEM_FAILED || sem_wait(ready) == -1)
		return failed(argv[1]);
	name_semaphore(argv[1], own, sizeof(own));
	sem_unlink(own);
	hello = open_hello(argv[1]);
	if (hello == MAP_FAILED)
		return failed(argv[1]);
	printf("%s\n", hello->text);
	/* shm-prod may be gone long since, and who comes last cleans up. */
	if (shm_unlink(argv[1]) == -1)
		return failed(argv[1]);
	return 0;
}
