/*
 * What streams put into memory, in programs that are built to find races: fread(3), fgets(3), and
 * scanf(3) with its family. How much that is nobody knows before: it is told when it is done, and
 * nobody else has run since. They are functions that a handler must not call, too (unsafe.h): that
 * is told from here.
 */
#include "config.h"

#include <features.h>
#include <stdarg.h>
#include <stdio.h>

#include "lab/guest/race.h"
#include "lab/guest/unsafe.h"

#define CHECK(name)                                                                         \
	do {                                                                                \
		if (__builtin_expect(ipclab_in_handler, 0))                                 \
			ipclab_mark(MARK_UNSAFE, UNSAFE_##name, (long)__real_##name, 0, 0); \
	} while (0)

#define WRITTEN(at, size, place) use_range(at, size, GUEST_WRITE | GUEST_DONE, place)

size_t __real_fread(void *to, size_t size, size_t count, FILE *file);
size_t __wrap_fread(void *to, size_t size, size_t count, FILE *file);
GUEST_TEXT size_t __wrap_fread(void *to, size_t size, size_t count, FILE *file)
{
	size_t result;

	CHECK(fread);
	result = __real_fread(to, size, count, file);
	WRITTEN(to, size * result, PLACE);
	return result;
}

char *__real_fgets(char *to, int size, FILE *file);
char *__wrap_fgets(char *to, int size, FILE *file);
GUEST_TEXT char *__wrap_fgets(char *to, int size, FILE *file)
{
	char *result;

	CHECK(fgets);
	result = __real_fgets(to, size, file);
	if (result && may_be_shared((unsigned long)to))
		WRITTEN(to, length(to, (size_t)size) + 1, PLACE);
	return result;
}

struct conversion {
	size_t width;
	int skips, allocates; /* %*d, %ms */
	size_t number;        /* bytes of a number of its length */
	char letter;
};

/* The set of %[...], up to its last bracket. */
static GUEST_TEXT const char *set_end(const char *at)
{
	at += at[1] == '^' ? 2 : 1;
	if (*at == ']')
		at++;
	while (*at != '\0' && *at != ']')
		at++;
	return *at ? at : at - 1;
}

/* AT stands behind the %; what it gives is its last letter. */
static GUEST_TEXT const char *conversion(const char *at, struct conversion *c)
{
	c->skips = c->allocates = 0;
	c->width = 0;
	c->number = sizeof(int);
	for (;; at++) {
		if (*at == '*')
			c->skips = 1;
		else if (*at == 'm')
			c->allocates = 1;
		else if (*at >= '0' && *at <= '9')
			c->width = 10 * c->width + (size_t)(*at - '0');
		else if (*at == 'h')
			c->number /= 2;
		else if (*at == 'l' || *at == 'j' || *at == 'z' || *at == 't')
			c->number = sizeof(long);
		else if (*at == 'L')
			c->number = sizeof(long double);
		else if (*at != '\'')
			break;
	}
	c->letter = *at;
	return *at == '[' ? set_end(at) : at;
}

/* How many bytes C has put at TO. */
static GUEST_TEXT size_t size_of(const struct conversion *c, const char *to)
{
	if (c->allocates || c->letter == 'p')
		return sizeof(void *);
	if (c->letter == 'c')
		return c->width ? c->width : 1;
	if (c->letter == 's' || c->letter == '[')
		return may_be_shared((unsigned long)to) ? length(to, ANY) + 1 : 0;
	return c->number;
}

/* The first COUNT conversions of FORMAT that are kept have been made. */
static GUEST_TEXT void scanned(const char *format, va_list from, int count, unsigned long place)
{
	struct conversion c;
	va_list ap;

	va_copy(ap, from);
	for (const char *at = format; *at != '\0' && count > 0; at++) {
		if (*at != '%')
			continue;
		at = conversion(at + 1, &c);
		if (c.letter == '\0')
			break;
		if (c.letter == '%' || c.skips)
			continue;

		char *to = va_arg(ap, char *);

		WRITTEN(to, size_of(&c, to), place);
		count -= c.letter != 'n';
	}
	va_end(ap);
}

/* NAME(..., format, ...) by BY of a va_list. */
#define SCANS(name, by, parameters, arguments, before)      \
	int __real_##name parameters;                       \
	int __wrap_##name parameters;                       \
	GUEST_TEXT int __wrap_##name parameters             \
	{                                                   \
		va_list ap;                                 \
		int result;                                 \
                                                            \
		CHECK(name);                                \
		before;                                     \
		va_start(ap, format);                       \
		result = by arguments;                      \
		va_end(ap);                                 \
		if (ipclab_shared.span && result > 0) {     \
			va_start(ap, format);               \
			scanned(format, ap, result, PLACE); \
			va_end(ap);                         \
		}                                           \
		return result;                              \
	}

#define ALL(prefix)                                                                           \
	int prefix##vfscanf(FILE *file, const char *format, va_list ap);                      \
	int prefix##vsscanf(const char *from, const char *format, va_list ap);                \
	SCANS(prefix##scanf, prefix##vfscanf, (const char *format, ...), (stdin, format, ap), \
		(void)0)                                                                      \
	SCANS(prefix##fscanf, prefix##vfscanf, (FILE * file, const char *format, ...),        \
		(file, format, ap), (void)0)                                                  \
	SCANS(prefix##sscanf, prefix##vsscanf, (const char *from, const char *format, ...),   \
		(from, format, ap), read_string(from, ANY, PLACE))

/* What <stdio.h> makes of the names, by the standard that the program asks for. */
ALL(__isoc99_)
#if __GLIBC_PREREQ(2, 38)
ALL(__isoc23_)
#endif
