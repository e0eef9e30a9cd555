/*
 * printf(3) and its family in programs that are built to find races: the strings that they read,
 * and what those that print into memory write there. They are functions that a handler must not
 * call, too (unsafe.h): that is told from here.
 *
 * What they write is told when it is done, because nobody knows before how much it will be; nobody
 * else has run since.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "lab/guest/race.h"
#include "lab/guest/unsafe.h"

static inline __attribute__((always_inline)) void in_handler(int id, void (*function)(void))
{
	if (__builtin_expect(ipclab_in_handler, 0))
		ipclab_mark(MARK_UNSAFE, id, (long)function, 0, 0);
}

#define CHECK(name) in_handler(UNSAFE_##name, (void (*)(void))__real_##name)

/* A conversion of a format, up to its last letter. */
struct conversion {
	long precision; /* -1: none */
	int longer;     /* letters l, j, z, t, L */
	char letter;    /* 0: the format ends, or is not understood */
};

static inline __attribute__((always_inline)) int is_one_of(char c, const char *list)
{
	while (*list != '\0' && *list != c) {
		__asm__ volatile("");
		list++;
	}
	return *list != '\0';
}

/* A number, or the argument that stands for it; -1 for none. */
#define NUMBER(at, ap)                                               \
	({                                                           \
		long number = *(at) >= '0' && *(at) <= '9' ? 0 : -1; \
		if (*(at) == '*') {                                  \
			number = va_arg(ap, int);                    \
			(at)++;                                      \
		}                                                    \
		while (*(at) >= '0' && *(at) <= '9')                 \
			number = 10 * number + (*(at)++ - '0');      \
		number;                                              \
	})

/* Reads every string that FORMAT prints, until something is not understood ("%2$s"). */
static GUEST_TEXT void read_strings(const char *format, va_list from, unsigned long place)
{
	va_list ap;

	va_copy(ap, from);
	for (const char *at = format; *at != '\0'; at++) {
		struct conversion c = {.precision = -1};

		if (*at != '%' || *++at == '%')
			continue;
		while (is_one_of(*at, "-+ #0'"))
			at++;
		(void)NUMBER(at, ap);
		if (*at == '.') {
			at++;
			c.precision = NUMBER(at, ap);
			c.precision = c.precision < 0 ? 0 : c.precision;
		}
		while (is_one_of(*at, "hljztL"))
			c.longer += *at++ != 'h';
		c.letter = *at;
		if (c.letter == 's' && !c.longer) {
			const char *text = va_arg(ap, const char *);

			read_string(text, c.precision < 0 ? ANY : (size_t)c.precision, place);
		} else if (is_one_of(c.letter, "sSpn")) {
			(void)va_arg(ap, void *);
		} else if (is_one_of(c.letter, "diouxXcC")) {
			if (c.longer)
				(void)va_arg(ap, long);
			else
				(void)va_arg(ap, int);
		} else if (is_one_of(c.letter, "fFeEgGaA")) {
			if (c.longer)
				(void)va_arg(ap, long double);
			else
				(void)va_arg(ap, double);
		} else if (c.letter != 'm') {
			break;
		}
	}
	va_end(ap);
}

/* Only where there is anything shared. */
static inline __attribute__((always_inline)) void reads(
	const char *format, va_list ap, unsigned long place)
{
	if (ipclab_shared.span)
		read_strings(format, ap, place);
}

/* RESULT characters and the final NUL, of which there was room for MOST. */
static inline __attribute__((always_inline)) void written(
	const char *to, size_t most, int result, unsigned long place)
{
	size_t size = (size_t)result + 1;

	if (result >= 0)
		use_range(to, size < most ? size : most, GUEST_WRITE | GUEST_DONE, place);
}

/* NAME(..., format, ...) by NAME of a va_list. */
#define PRINTS(name, by, parameters, arguments, after) \
	int __real_##name parameters;                  \
	int __wrap_##name parameters;                  \
	GUEST_TEXT int __wrap_##name parameters        \
	{                                              \
		va_list ap;                            \
		int result;                            \
                                                       \
		CHECK(name);                           \
		va_start(ap, format);                  \
		reads(format, ap, PLACE);              \
		result = __real_##by arguments;        \
		va_end(ap);                            \
		after;                                 \
		return result;                         \
	}

#define PRINTS_LIST(name, parameters, arguments, after) \
	int __real_##name parameters;                   \
	int __wrap_##name parameters;                   \
	GUEST_TEXT int __wrap_##name parameters         \
	{                                               \
		int result;                             \
                                                        \
		CHECK(name);                            \
		reads(format, ap, PLACE);               \
		result = __real_##name arguments;       \
		after;                                  \
		return result;                          \
	}

#define NOTHING (void)0

PRINTS_LIST(vprintf, (const char *format, va_list ap), (format, ap), NOTHING)
PRINTS_LIST(vfprintf, (FILE * file, const char *format, va_list ap), (file, format, ap), NOTHING)
PRINTS_LIST(vdprintf, (int fd, const char *format, va_list ap), (fd, format, ap), NOTHING)
PRINTS_LIST(vsprintf, (char *to, const char *format, va_list ap), (to, format, ap),
	written(to, ANY, result, PLACE))
PRINTS_LIST(vsnprintf, (char *to, size_t most, const char *format, va_list ap),
	(to, most, format, ap), written(to, most, result, PLACE))
PRINTS(printf, vprintf, (const char *format, ...), (format, ap), NOTHING)
PRINTS(fprintf, vfprintf, (FILE * file, const char *format, ...), (file, format, ap), NOTHING)
PRINTS(dprintf, vdprintf, (int fd, const char *format, ...), (fd, format, ap), NOTHING)
PRINTS(sprintf, vsprintf, (char *to, const char *format, ...), (to, format, ap),
	written(to, ANY, result, PLACE))
PRINTS(snprintf, vsnprintf, (char *to, size_t most, const char *format, ...),
	(to, most, format, ap), written(to, most, result, PLACE))

int __real_puts(const char *text);
int __wrap_puts(const char *text);
GUEST_TEXT int __wrap_puts(const char *text)
{
	CHECK(puts);
	read_string(text, ANY, PLACE);
	return __real_puts(text);
}

int __real_fputs(const char *text, FILE *file);
int __wrap_fputs(const char *text, FILE *file);
GUEST_TEXT int __wrap_fputs(const char *text, FILE *file)
{
	CHECK(fputs);
	read_string(text, ANY, PLACE);
	return __real_fputs(text, file);
}

size_t __real_fwrite(const void *from, size_t size, size_t count, FILE *file);
size_t __wrap_fwrite(const void *from, size_t size, size_t count, FILE *file);
GUEST_TEXT size_t __wrap_fwrite(const void *from, size_t size, size_t count, FILE *file)
{
	CHECK(fwrite);
	use_range(from, size * count, GUEST_READ, PLACE);
	return __real_fwrite(from, size, count, file);
}
