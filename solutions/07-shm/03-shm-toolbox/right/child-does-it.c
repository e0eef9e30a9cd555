/*
 * Unusual: a child does the work, a byte at a time; the parent only waits for it and passes its
 * status on. write maps only as many bytes as the text needs, read a page after the other.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(ok)  \
	if (!(ok)) \
	say(name, strerror(errno))

static void say(const char *name, const char *why)
{
	dprintf(2, "shm: %s: %s\n", name, why);
	_exit(1);
}

static void use(void)
{
	dprintf(2, "usage: shm create /N SIZE | write /N TEXT | read /N | unlink /N\n");
	_exit(2);
}

static int create(const char *name, const char *number)
{
	long size = strspn(number, "0123456789") == strlen(number) ? atol(number) : 0;
	int fd, why;

	if (size < 1 || size > INT_MAX)
		use();
	CHECK((fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR)) != -1);
	why = posix_fallocate(fd, 0, size);
	if (why != 0) {
		shm_unlink(name);
		say(name, strerror(why));
	}
	return 0;
}

static int write_text(const char *name, const char *text)
{
	struct stat st;
	char *bytes;
	size_t n = strlen(text);
	int fd;

	CHECK((fd = shm_open(name, O_RDWR, 0)) != -1);
	CHECK(fstat(fd, &st) != -1);
	if ((off_t)n > st.st_size)
		say(name, "the text is too long");
	if ((off_t)n < st.st_size)
		n++;
	bytes = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(bytes != MAP_FAILED);
	for (size_t i = 0; i < n; i++)
		bytes[i] = text[i];
	CHECK(msync(bytes, n, MS_SYNC) == 0);
	return 0;
}

static int read_text(const char *name)
{
	long page = sysconf(_SC_PAGESIZE);
	struct stat st;
	char *bytes;
	int fd;

	CHECK((fd = shm_open(name, O_RDONLY, 0)) != -1);
	CHECK(fstat(fd, &st) != -1);
	for (off_t at = 0; at < st.st_size; at += page) {
		bytes = mmap(NULL, (size_t)page, PROT_READ, MAP_SHARED, fd, at);
		CHECK(bytes != MAP_FAILED);
		for (off_t i = 0; i < page && at + i < st.st_size; i++) {
			if (bytes[i] == '\0') {
				putchar('\n');
				return fflush(stdout);
			}
			putchar(bytes[i]);
		}
		munmap(bytes, (size_t)page);
	}
	putchar('\n');
	return fflush(stdout);
}

static int unlink_name(const char *name)
{
	CHECK(shm_unlink(name) == 0);
	return 0;
}

int main(int argc, char *argv[])
{
	const char *what = argc > 2 ? argv[1] : "";
	int status;

	if (fork() == 0) {
		if (strcmp(what, "create") == 0 && argc == 4)
			_exit(create(argv[2], argv[3]));
		if (strcmp(what, "write") == 0 && argc == 4)
			_exit(write_text(argv[2], argv[3]));
		if (strcmp(what, "read") == 0 && argc == 3)
			_exit(read_text(argv[2]));
		if (strcmp(what, "unlink") == 0 && argc == 3)
			_exit(unlink_name(argv[2]));
		use();
	}
	wait(&status);
	return WEXITSTATUS(status);
}
