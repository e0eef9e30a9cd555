/*
 * What the files of the race runtime share: is an address in memory that other processes see, and
 * the marker that tells of its use.
 *
 * Almost all accesses of a program are to memory of its own, and cost a comparison here. The table
 * is the supervisor's: it sees every mapping come and go. Where several mappings lie far apart,
 * what is between them is told apart by bisection.
 */
#ifndef LAB_GUEST_RACE_H
#define LAB_GUEST_RACE_H

#include <stddef.h>

#include "lab/guest/guest.h"

extern struct guest_shared ipclab_shared __attribute__((visibility("hidden")));

/* Library functions that use the caller's memory, or map it (race_wrap.c); ld --wrap, as in
 * markers.h. Those of unsafe.h come through here first. */
#define GUEST_RACE_CALLS(X) \
	X(memcpy)           \
	X(mempcpy)          \
	X(memmove)          \
	X(memset)           \
	X(bzero)            \
	X(explicit_bzero)   \
	X(memcmp)           \
	X(memchr)           \
	X(strcpy)           \
	X(stpcpy)           \
	X(strncpy)          \
	X(strcat)           \
	X(strncat)          \
	X(strlen)           \
	X(strnlen)          \
	X(strcmp)           \
	X(strncmp)          \
	X(strchr)           \
	X(strrchr)          \
	X(strstr)           \
	X(atoi)             \
	X(atol)             \
	X(mmap)             \
	X(mmap64)           \
	X(munmap)           \
	X(mremap)           \
	X(access)           \
	X(stat)             \
	X(lstat)            \
	X(rmdir)

#define PLACE ((unsigned long)__builtin_return_address(0))

static inline __attribute__((always_inline)) int may_be_shared(unsigned long addr)
{
	return __builtin_expect(addr - ipclab_shared.low < ipclab_shared.span, 0);
}

/* SIZE bytes at ADDR are about to be used. The marker, if any of them is shared. */
GUEST_ENTRY void ipclab_access(
	unsigned long addr, size_t size, long kinds, unsigned long place, long operand);

/* A range, which may begin before a mapping. KIND: GUEST_READ or GUEST_WRITE, perhaps GUEST_DONE.
 */
static inline __attribute__((always_inline)) void use_range(
	const volatile void *at, size_t size, int kind, unsigned long place)
{
	unsigned long addr = (unsigned long)at, from = addr;

	if (addr < ipclab_shared.low)
		from = ipclab_shared.low;
	if (size && may_be_shared(from) && from - addr < size)
		ipclab_access(addr, size, GUEST_ACCESS(kind, 0, 0, 0), place, 0);
}

/* strlen(3) of at most MOST bytes: a call of libc's would be one more access that nobody asked
 * for. The asm keeps compilers from making one of it. */
static inline __attribute__((always_inline)) size_t length(const char *text, size_t most)
{
	size_t n = 0;

	while (n < most && text[n] != '\0') {
		__asm__ volatile("");
		n++;
	}
	return n;
}

/* The bytes of a string that a function looks at, with its end, or MOST. */
static inline __attribute__((always_inline)) void read_string(
	const char *text, size_t most, unsigned long place)
{
	unsigned long addr = (unsigned long)text;

	if (may_be_shared(addr)) {
		size_t n = length(text, most);

		use_range(text, n + (n < most), GUEST_READ, place);
	}
}

#define ANY ((size_t)-1)

#endif
