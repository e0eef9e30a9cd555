/*
 * Library functions through which a program that is built to find races uses memory or maps it. The
 * program's reference to NAME arrives at __wrap_NAME, __real_NAME is libc's own (ld --wrap).
 *
 * What a function reads or writes is told before it does it, as ranges, as the compiler's own
 * callbacks do for loads and stores: the functions of <string.h> know it beforehand. Others (atoi)
 * are said to read a string up to its end. A call of these by a pointer from the library is not
 * seen, nor what getline(3) and its kin put into a buffer of the program's. Streams are in
 * race_print.c and race_scan.c.
 *
 * Mappings go by calls at which the supervisor does not stop; so that it looks at what there is, a
 * marker follows those that may concern a shared one.
 */
#include "config.h"

#include <stdarg.h>
#include <sys/mman.h>
#include <sys/types.h>

#include "lab/guest/race.h"

#define WRAP(type, name, parameters, arguments, before) \
	type __real_##name parameters;                  \
	type __wrap_##name parameters;                  \
	GUEST_TEXT type __wrap_##name parameters        \
	{                                               \
		before;                                 \
		return __real_##name arguments;         \
	}

#define READS(at, size)  use_range(at, size, GUEST_READ, PLACE)
#define WRITES(at, size) use_range(at, size, GUEST_WRITE, PLACE)

#define COPIES             \
	READS(from, size); \
	WRITES(to, size)

WRAP(void *, memcpy, (void *to, const void *from, size_t size), (to, from, size), COPIES)
WRAP(void *, mempcpy, (void *to, const void *from, size_t size), (to, from, size), COPIES)
WRAP(void *, memmove, (void *to, const void *from, size_t size), (to, from, size), COPIES)
WRAP(void *, memset, (void *to, int byte, size_t size), (to, byte, size), WRITES(to, size))
WRAP(void, bzero, (void *to, size_t size), (to, size), WRITES(to, size))
WRAP(void, explicit_bzero, (void *to, size_t size), (to, size), WRITES(to, size))
WRAP(int, memcmp, (const void *a, const void *b, size_t size), (a, b, size), READS(a, size);
	READS(b, size))
WRAP(void *, memchr, (const void *at, int byte, size_t size), (at, byte, size), READS(at, size))

/* A copy of a string, and its end. */
static inline __attribute__((always_inline)) void copy_string(
	char *to, const char *from, size_t most, unsigned long place)
{
	size_t n;

	if (!may_be_shared((unsigned long)to) && !may_be_shared((unsigned long)from))
		return;
	n = length(from, most);
	use_range(from, n + (n < most), GUEST_READ, place);
	use_range(to, n + 1, GUEST_WRITE, place);
}

/* strncpy(3) fills up with zeros. */
static inline __attribute__((always_inline)) void fill_string(
	char *to, const char *from, size_t size, unsigned long place)
{
	read_string(from, size, place);
	use_range(to, size, GUEST_WRITE, place);
}

static inline __attribute__((always_inline)) void append_string(
	char *to, const char *from, size_t most, unsigned long place)
{
	read_string(to, ANY, place);
	if (may_be_shared((unsigned long)to) || may_be_shared((unsigned long)from))
		copy_string(to + length(to, ANY), from, most, place);
}

WRAP(char *, strcpy, (char *to, const char *from), (to, from), copy_string(to, from, ANY, PLACE))
WRAP(char *, stpcpy, (char *to, const char *from), (to, from), copy_string(to, from, ANY, PLACE))
WRAP(char *, strncpy, (char *to, const char *from, size_t size), (to, from, size),
	fill_string(to, from, size, PLACE))
WRAP(char *, strcat, (char *to, const char *from), (to, from), append_string(to, from, ANY, PLACE))
WRAP(char *, strncat, (char *to, const char *from, size_t size), (to, from, size),
	append_string(to, from, size, PLACE))
WRAP(size_t, strlen, (const char *text), (text), read_string(text, ANY, PLACE))
WRAP(size_t, strnlen, (const char *text, size_t most), (text, most), read_string(text, most, PLACE))
WRAP(int, strcmp, (const char *a, const char *b), (a, b), read_string(a, ANY, PLACE);
	read_string(b, ANY, PLACE))
WRAP(int, strncmp, (const char *a, const char *b, size_t size), (a, b, size),
	read_string(a, size, PLACE);
	read_string(b, size, PLACE))
WRAP(char *, strchr, (const char *text, int byte), (text, byte), read_string(text, ANY, PLACE))
WRAP(char *, strrchr, (const char *text, int byte), (text, byte), read_string(text, ANY, PLACE))
WRAP(char *, strstr, (const char *text, const char *part), (text, part),
	read_string(text, ANY, PLACE);
	read_string(part, ANY, PLACE))
WRAP(int, atoi, (const char *text), (text), read_string(text, ANY, PLACE))
WRAP(long, atol, (const char *text), (text), read_string(text, ANY, PLACE))

/* SIZE bytes at AT are private now, or not mapped any more. */
static inline __attribute__((always_inline)) void unshared(const void *at, size_t size)
{
	unsigned long addr = (unsigned long)at;

	if (addr < ipclab_shared.low + ipclab_shared.span &&
		(addr >= ipclab_shared.low || size > ipclab_shared.low - addr))
		ipclab_mark(MARK_MAPPED, (long)addr, (long)size, 0, 0);
}

/* Shared mappings are seen as they are made, and the kernel puts them where nothing was, unless it
 * is told where: then what was shared may be private now. */
#define MAPS(name)                                                                              \
	void *__real_##name(void *at, size_t size, int allowed, int flags, int fd, off_t from); \
	void *__wrap_##name(void *at, size_t size, int allowed, int flags, int fd, off_t from); \
	GUEST_TEXT void *__wrap_##name(                                                         \
		void *at, size_t size, int allowed, int flags, int fd, off_t from)              \
	{                                                                                       \
		void *result = __real_##name(at, size, allowed, flags, fd, from);               \
		if (flags & MAP_FIXED && !(flags & MAP_SHARED) && result != MAP_FAILED)         \
			unshared(at, size);                                                     \
		return result;                                                                  \
	}

MAPS(mmap)
MAPS(mmap64)

int __real_munmap(void *at, size_t size);
int __wrap_munmap(void *at, size_t size);
GUEST_TEXT int __wrap_munmap(void *at, size_t size)
{
	int result = __real_munmap(at, size);

	if (result == 0)
		unshared(at, size);
	return result;
}

void *__real_mremap(void *at, size_t size, size_t to, int flags, ...);
void *__wrap_mremap(void *at, size_t size, size_t to, int flags, ...);
GUEST_TEXT void *__wrap_mremap(void *at, size_t size, size_t to, int flags, ...)
{
	void *wanted = NULL, *result;

	if (flags & MREMAP_FIXED) {
		va_list ap;

		va_start(ap, flags);
		wanted = va_arg(ap, void *);
		va_end(ap);
	}
	result = __real_mremap(at, size, to, flags, wanted);
	if (ipclab_shared.count)
		ipclab_mark(MARK_MAPPED, 0, 0, 0, 0);
	return result;
}

/* Names that are looked for are seen here: the supervisor stops at calls that make or remove one,
 * and at open(2), but not at those that only ask. */
#define LOOKS(name, parameters, arguments)                   \
	int __real_##name parameters;                        \
	int __wrap_##name parameters;                        \
	GUEST_TEXT int __wrap_##name parameters              \
	{                                                    \
		int result = __real_##name arguments;        \
		ipclab_mark(MARK_NAME, (long)path, 0, 0, 0); \
		return result;                               \
	}

LOOKS(access, (const char *path, int mode), (path, mode))
LOOKS(stat, (const char *path, void *status), (path, status))
LOOKS(lstat, (const char *path, void *status), (path, status))

/* Nor at this one. Others can see that it is gone before a marker behind it would tell. */
int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path);
GUEST_TEXT int __wrap_rmdir(const char *path)
{
	ipclab_mark(MARK_NAME, (long)path, 1, 0, 0);
	return __real_rmdir(path);
}

/* A row of the table without its wrapper is an error here. */
#define X(name) extern __typeof__(__wrap_##name) __wrap_##name;
GUEST_RACE_CALLS(X)
#undef X
