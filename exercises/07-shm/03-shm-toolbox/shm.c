/*
 * shm: a toolbox for POSIX shared memory.
 *
 * Usage: shm create /N SIZE
 *        shm write /N TEXT
 *        shm read /N
 *        shm unlink /N
 *
 * README.md has the exact contract. main is complete; the four commands only
 * fail.
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
	/*
	 * shm_open(3) takes a name, flags and permissions, as open(2) does, and returns a
	 * descriptor, or -1. An object that it has made holds no bytes yet: ftruncate(2) sets the
	 * length of what a descriptor is open for.
	 */
	(void)size;
	errno = ENOSYS; /* nothing is written here yet */
	return failed(name);
}

/* shm write /N TEXT */
static int store(const char *name, const char *text)
{
	/*
	 * fstat(2) fills a struct stat, whose member st_size is the length of the object. mmap(2)
	 * makes the object appear in memory, and returns its address, or MAP_FAILED. From then on
	 * memcpy(3) is enough.
	 */
	(void)text;
	errno = ENOSYS; /* nothing is written here yet */
	return failed(name);
}

/* shm read /N */
static int show(const char *name)
{
	/*
	 * As above, but nothing is changed. strnlen(3) looks for a '\0', and no further than it is
	 * told to; fwrite(3) prints as many bytes as it is told to.
	 */
	errno = ENOSYS; /* nothing is written here yet */
	return failed(name);
}

/* shm unlink /N */
static int destroy(const char *name)
{
	/* shm_unlink(3) removes the name; it returns 0, or -1. */
	errno = ENOSYS; /* nothing is written here yet */
	return failed(name);
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
