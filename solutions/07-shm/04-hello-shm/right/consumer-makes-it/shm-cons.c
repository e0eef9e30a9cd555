/*
 * Right, and whoever comes first makes the object: O_CREAT without O_EXCL opens what is there, and
 * ftruncate(2) to the size that it has already does nothing. Then only the message is to be waited
 * for. The flag is ordered by fences.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "hello.h"

/* A call on object NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "shm-cons: %s: %s\n", name, strerror(errno));
	return 1;
}

/* Between two looks: whoever looks all the time keeps the processor from those it waits for. */
static void take_a_nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
}

/* Opens object NAME, or makes it, and maps it. MAP_FAILED after a failure, with errno
 * set. */
static struct hello *open_hello(const char *name)
{
	int fd;

	fd = shm_open(name, O_RDWR | O_CREAT, 0600);
	if (fd == -1 || ftruncate(fd, sizeof(struct hello)) == -1)
		return MAP_FAILED;
	return mmap(NULL, sizeof(struct hello), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

int main(int argc, char *argv[])
{
	struct hello *hello;

	if (argc != 2) {
		fputs("usage: shm-cons /N\n", stderr);
		return 2;
	}
	hello = open_hello(argv[1]);
	if (hello == MAP_FAILED)
		return failed(argv[1]);
	while (!atomic_load_explicit(&hello->ready, memory_order_relaxed))
		take_a_nap();
	atomic_thread_fence(memory_order_acquire);
	printf("%s\n", hello->text);
	/* shm-prod may be gone long since, and who comes last cleans up. */
	if (shm_unlink(argv[1]) == -1)
		return failed(argv[1]);
	return 0;
}
