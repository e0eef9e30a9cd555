/* The programs of a predict exercise, in its text and as they are built: see shown.h. */
#include "config.h"

#include "runner/verify/shown.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"

enum { SOURCE_MOST = 1 << 20 };

/* All but white space: texts indent by blanks what sources indent by tabs. */
static void squeeze(struct buf *into, const char *text)
{
	for (; *text; text++)
		if (!isspace((unsigned char)*text))
			buf_putc(into, *text);
}

static const char *behind_opening_comment(const char *source)
{
	const char *end = strncmp(source, "/*", 2) == 0 ? strstr(source, "*/") : NULL;

	return end ? end + 2 : source;
}

static int check_source(const struct exercise *ex, const char *name, const char *shown,
	struct problems *problems, struct lab_error *e)
{
	LAB_FREE char *path = path_join(ex->folder, name);
	BUF_SCOPED source = BUF_INIT;
	BUF_SCOPED squeezed = BUF_INIT;

	if (file_read(path, &source, SOURCE_MOST, e) < 0)
		return -1;
	squeeze(&squeezed, behind_opening_comment(buf_text(&source)));
	if (!strstr(shown, buf_text(&squeezed)))
		problems_add(problems,
			"%s: README.md does not show %s as it is: what students read and what is "
			"run must be the same",
			ex->id, name);
	return 0;
}

int shown_check(const struct exercise *ex, struct problems *problems, struct lab_error *e)
{
	BUF_SCOPED shown = BUF_INIT;

	if (ex->kind != EXERCISE_PREDICT)
		return 0;
	squeeze(&shown, ex->text ? ex->text : "");
	for (size_t i = 0; i < ex->given_count; i++)
		for (char **name = ex->given[i].sources; *name; name++)
			if (check_source(ex, *name, buf_text(&shown), problems, e) < 0)
				return -1;
	return 0;
}
