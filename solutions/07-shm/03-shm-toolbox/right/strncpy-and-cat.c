/*
 * Unusual: strncpy does all that write needs, for it stops at the size and fills the rest with
 * zeros. read is given a mapping that is larger than the object by a page of zeros, so that there
 * always is a '\0'. umask makes the permissions, err(3) the messages.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static long length(int fd)
{
	return lseek(fd, 0, SEEK_END);
}

static int open_object(const char *name, int flags)
{
	int fd = shm_open(name, flags, 0666);

	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

static void create(const char *name, const char *text)
{
	char *end;
	long size = strtol(text, &end, 10);
	int fd;

	if (*end || size < 1)
		errx(2, "SIZE is a number of bytes, 1 or more");
	umask(0177);
	fd = open_object(name, O_CREAT | O_EXCL | O_RDWR);
	if (ftruncate(fd, size) < 0) {
		warn("%s", name);
		shm_unlink(name);
		exit(1);
	}
}

static void put(const char *name, const char *text)
{
	int fd = open_object(name, O_RDWR);
	size_t size = (size_t)length(fd);
	char *to = mmap(0, size, PROT_WRITE, MAP_SHARED, fd, 0);

	if (to == MAP_FAILED)
		err(1, "%s", name);
	if (strlen(text) > size)
		errx(1, "%s: the text has %zu bytes, there is room for %zu", name, strlen(text),
			size);
	strncpy(to, text, size);
}

static void get(const char *name)
{
	int fd = open_object(name, O_RDONLY);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (size_t)length(fd);
	size_t pages = (size + page - 1) / page * page;
	char *bytes = mmap(0, pages + page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED ||
		mmap(bytes, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		err(1, "%s", name);
	puts(bytes);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "create"))
		create(argv[2], argv[3]);
	else if (argc == 4 && !strcmp(argv[1], "write"))
		put(argv[2], argv[3]);
	else if (argc == 3 && !strcmp(argv[1], "read"))
		get(argv[2]);
	else if (argc == 3 && !strcmp(argv[1], "unlink")) {
		if (shm_unlink(argv[2]))
			err(1, "%s", argv[2]);
	} else
		errx(2, "usage: shm create /N SIZE | write /N TEXT | read /N | unlink /N");
	return 0;
}
