/*
 * The object is in memory, so it goes with the processes. It does not.
 *
 * check: message_of_a_producer_that_was_first
 * message: in /dev/shm: nobody has removed it
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

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

/* Waits until FD has its size. Returns 0, or -1 with errno set. */
static int wait_for_size(int fd)
{
	struct stat st;

	/* Between the shm_open(3) and the ftruncate(2) of shm-prod its length is 0. */
	for (;;) {
		if (fstat(fd, &st) == -1)
			return -1;
		if (st.st_size >= (off_t)sizeof(struct hello))
			return 0;
		take_a_nap();
	}
}

/* Opens object NAME as soon as it is there, and maps it. MAP_FAILED after a failure, with errno
 * set. */
static struct hello *open_hello(const char *name)
{
	int fd;

	/* ENOENT means "not yet". No other failure gets better by waiting. */
	while ((fd = shm_open(name, O_RDWR, 0)) == -1 && errno == ENOENT)
		take_a_nap();
	if (fd == -1 || wait_for_size(fd) == -1)
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
	/* The object is there, and full of zeros. The message is there when this says so. */
	while (!atomic_load_explicit(&hello->ready, memory_order_acquire))
		take_a_nap();
	printf("%s\n", hello->text);
	return 0;
}
