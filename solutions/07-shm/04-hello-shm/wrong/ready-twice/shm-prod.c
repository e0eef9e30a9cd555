/*
 * Sets the flag twice: behind the first half of the message, and behind the second one. Whoever
 * comes after that finds all in order; who comes between the two finds the flag, and half a
 * message.
 *
 * check: consumer_comes_at_any_step
 * message: Only a part of the message
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
	size_t half;

	if (argc != 3 || strlen(argv[2]) > MESSAGE_MOST) {
		fprintf(stderr, "usage: shm-prod /N MSG (at most %d bytes)\n", MESSAGE_MOST);
		return 2;
	}
	hello = make(argv[1]);
	if (hello == MAP_FAILED)
		return failed(argv[1]);
	half = strlen(argv[2]) / 2;
	memcpy(hello->text, argv[2], half);
	atomic_store_explicit(&hello->ready, 1, memory_order_release);
	strcpy(hello->text + half, argv[2] + half);
	atomic_store_explicit(&hello->ready, 1, memory_order_release);
	return 0;
}
