/*
 * The length of the message is not looked at: what is too long is stored behind the end of it.
 *
 * check: tells_how_it_is_used
 * message: That is not how shm-prod is used
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hello.h"

/* A call on object NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "shm-prod: %s: %s\n", name, strerror(errno));
	return 1;
}

/* Makes object NAME and maps it. MAP_FAILED after a failure, with errno set. */
static struct hello *make(const char *name)
{
	int fd = shm_open(name, O_RDWR | O_CREAT, 0600);

	if (fd == -1)
		return MAP_FAILED;
	/* ftruncate(2) gives it its size, which is 0 until then, and fills it with zeros. */
	if (ftruncate(fd, sizeof(struct hello)) == -1)
		return MAP_FAILED;
	return mmap(NULL, sizeof(struct hello), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

int main(int argc, char *argv[])
{
	struct hello *hello;

	if (argc != 3) {
		fprintf(stderr, "usage: shm-prod /N MSG (at most %d bytes)\n", MESSAGE_MOST);
		return 2;
	}
	hello = make(argv[1]);
	if (hello == MAP_FAILED)
		return failed(argv[1]);
	strcpy(hello->text, argv[2]);
	/* Whoever sees this store (release) sees all that was stored before it. */
	atomic_store_explicit(&hello->ready, 1, memory_order_release);
	return 0;
}
