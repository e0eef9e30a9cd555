/* Our own failures: see error.h. Knows only errno. */
#include "config.h"

#include "lab/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *lab_errno_name(int errnum)
{
	const char *name = strerrorname_np(errnum);

	return name ? name : "E?";
}

int lab_fail(struct lab_error *e, enum lab_error_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	e->kind = kind;
	e->errnum = 0;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

int lab_fail_errno(struct lab_error *e, enum lab_error_kind kind, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t used;

	if (!e)
		return -1;
	e->kind = kind;
	e->errnum = saved;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	used = strlen(e->text);
	snprintf(e->text + used, sizeof(e->text) - used, ": %s, %s%s", lab_errno_name(saved),
		strerrordesc_np(saved) ? strerrordesc_np(saved) : "unknown error",
		saved == ENOSPC || saved == EDQUOT ? ": make room there, and try again" : "");
	errno = saved;
	return -1;
}

int lab_wrap(struct lab_error *e, const char *fmt, ...)
{
	char old[LAB_ERROR_MAX];
	va_list ap;
	size_t used;

	if (!e)
		return -1;
	memcpy(old, e->text, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	used = strlen(e->text);
	snprintf(e->text + used, sizeof(e->text) - used, ": %s", old);
	return -1;
}
