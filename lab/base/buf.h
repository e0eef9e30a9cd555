/*
 * An owned, growing byte buffer. data is always NUL-terminated one byte past len (once anything was
 * added), so that text can be handed to C functions; the bytes may hold NULs.
 *
 * Running out of memory ends the process (lab_xrealloc): there is nothing a caller could do.
 */
#ifndef LAB_BASE_BUF_H
#define LAB_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;
};

#define BUF_INIT           \
	{                  \
		NULL, 0, 0 \
	}

void buf_done(struct buf *b);  /* frees; B is empty and usable again */
void buf_clear(struct buf *b); /* len = 0, keeps the memory */
void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
void buf_put_int(struct buf *b, int64_t value);  /* decimal */
void buf_put_seconds(struct buf *b, int64_t ns); /* "2.000012" */
void buf_drop(struct buf *b, size_t n);          /* forget the first N bytes */
char *buf_take(struct buf *b); /* the bytes, NUL-terminated; the caller frees; B is empty */
const char *buf_text(const struct buf *b); /* never NULL */

/* C-like escapes so that every byte can be seen and read back: \n \t \" \\ \xHH. */
void buf_put_escaped(struct buf *b, const void *bytes, size_t len);

void *lab_xmalloc(size_t size); /* zeroed */
void *lab_xrealloc(void *p, size_t size);
char *lab_xstrdup(const char *s);                 /* NULL gives NULL */
bool lab_same_text(const char *a, const char *b); /* NULL is like NULL alone */
char *lab_xprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static inline void buf_cleanup_(struct buf *b)
{
	buf_done(b);
}
#define BUF_SCOPED __attribute__((cleanup(buf_cleanup_))) struct buf

void lab_free_cleanup_(void *p); /* for LAB_FREE */
#define LAB_FREE __attribute__((cleanup(lab_free_cleanup_)))

#endif
