/*
 * Believes that a mapping gives the object its size: the slides say that ftruncate is recommended,
 * and with malloc there was no such step, either.
 *
 * check: create_makes_the_object
 * message: SIGBUS at the first access: a new object has length 0
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A call on object NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "shm: %s: %s\n", name, strerror(errno));
	return 1;
}

/* shm create /N SIZE */
static int create(const char *name, long size)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	char *bytes;

	if (fd == -1)
		return failed(name);
	/* mmap gets the size, so that is how large the object becomes. */
	bytes = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return failed(name);
	memset(bytes, 0, (size_t)size);
	munmap(bytes, (size_t)size);
	close(fd);
	return 0;
}

/* Maps all of object NAME; its length goes to SIZE. MAP_FAILED after a failure, with errno set. */
static char *map(const char *name, int flags, int prot, size_t *size)
{
	/* The access mode is O_RDONLY or O_RDWR. A shared mapping that can be stored to needs the
	 * latter: mmap(2) must be able to read the object as well. */
	int fd = shm_open(name, flags, 0);
	struct stat st;
	char *bytes = MAP_FAILED;

	if (fd == -1)
		return MAP_FAILED;
	/* Only the object itself knows how long it is. */
	if (fstat(fd, &st) == 0) {
		*size = (size_t)st.st_size;
		/* MAP_SHARED: stores go to the object. With MAP_PRIVATE they would go to a copy. */
		bytes = mmap(NULL, *size, prot, MAP_SHARED, fd, 0);
	}
	/* A mapping holds on to the object by itself. (A close(2) that works leaves errno alone.)
	 */
	close(fd);
	return bytes;
}

/* shm write /N TEXT */
static int store(const char *name, const char *text)
{
	size_t size, length = strlen(text);
	char *bytes = map(name, O_RDWR, PROT_READ | PROT_WRITE, &size);

	if (bytes == MAP_FAILED)
		return failed(name);
	/* A mapping does not grow the object, and nothing that is stored behind its end stays. */
	if (length > size) {
		errno = EMSGSIZE;
		return failed(name);
	}
	/* The '\0' goes with the text where there is room for it. */
	memcpy(bytes, text, length < size ? length + 1 : length);
	munmap(bytes, size);
	return 0;
}

/* shm read /N */
static int show(const char *name)
{
	size_t size;
	char *bytes = map(name, O_RDONLY, PROT_READ, &size);

	if (bytes == MAP_FAILED)
		return failed(name);
	/* Perhaps there is no '\0' at all: strlen(3) and "%s" would go on behind the object. */
	fwrite(bytes, 1, strnlen(bytes, size), stdout);
	putchar('\n');
	munmap(bytes, size);
	return 0;
}

/* shm unlink /N */
static int destroy(const char *name)
{
	/* shm_unlink(3) removes the name at once, the object when nobody has it open or mapped. */
	if (shm_unlink(name) == -1)
		return failed(name);
	return 0;
}

/* The number that TEXT is, from 1 to INT_MAX; -1 if it is none. */
static long number(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || value < 1 || value > INT_MAX)
		return -1;
	return value;
}

static int usage(void)
{
	fputs("usage: shm create /N SIZE\n"
	      "       shm write /N TEXT\n"
	      "       shm read|unlink /N\n",
		stderr);
	return 2;
}

int main(int argc, char *argv[])
{
	const char *command = argc > 1 ? argv[1] : "";

	if (strcmp(command, "create") == 0 && argc == 4 && number(argv[3]) != -1)
		return create(argv[2], number(argv[3]));
	if (strcmp(command, "write") == 0 && argc == 4)
		return store(argv[2], argv[3]);
	if (strcmp(command, "read") == 0 && argc == 3)
		return show(argv[2]);
	if (strcmp(command, "unlink") == 0 && argc == 3)
		return destroy(argv[2]);
	return usage();
}
