/*
 * submissions.csv, for staff: of each student who it is, where their files came from, and what of
 * the files that the exercises want is missing, or is there besides.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/report/csv.h"
#include "runner/intake/internal.h"

static void put_text(struct buf *csv, const char *text)
{
	csv_text(csv, text ? text : "");
	buf_putc(csv, ',');
}

static void put_moment(struct buf *csv, int64_t seconds)
{
	time_t when = (time_t)seconds;
	char text[32] = "";
	struct tm tm;

	if (seconds && gmtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	put_text(csv, text);
}

static void add_names(struct buf *text, const char *title, const struct list *names)
{
	for (size_t i = 0; i < names->count; i++) {
		if (i == 0)
			buf_printf(text, "%s%s: ", text->len ? "; " : "", title);
		buf_printf(text, "%s%s", i ? ", " : "", names->names[i]);
	}
}

/* "04-pipes/02-eof-or-hang: a.c, b.c; ..." of all exercises where there is something. */
static void put_files(
	struct buf *csv, const struct intake *in, const struct intake_student *s, bool missing)
{
	BUF_SCOPED text = BUF_INIT;

	for (size_t i = 0; i < in->exercise_count; i++)
		add_names(&text, in->exercises[i]->id,
			missing ? &s->works[i].missing : &s->works[i].extra);
	if (!missing)
		add_names(&text, "of no exercise", &s->extra);
	put_text(csv, buf_text(&text));
}

static void put_student(struct buf *csv, const struct intake *in, const struct intake_student *s)
{
	BUF_SCOPED notes = BUF_INIT;
	size_t handed_in = 0;

	for (size_t i = 0; i < in->exercise_count; i++)
		handed_in += s->works[i].folder != NULL;
	for (size_t i = 0; i < s->notes.count; i++)
		buf_printf(&notes, "%s%s", i ? "; " : "", s->notes.names[i]);
	put_text(csv, s->name);
	csv_identifier(csv, s->id ? s->id : "");
	buf_putc(csv, ',');
	csv_identifier(csv, s->email ? s->email : "");
	buf_putc(csv, ',');
	put_text(csv, s->source);
	put_moment(csv, s->submitted);
	buf_printf(csv, "%s,%s,%zu,", s->late ? "late" : "", s->head ? s->head : "", handed_in);
	put_files(csv, in, s, true);
	put_files(csv, in, s, false);
	csv_text(csv, buf_text(&notes));
	buf_puts(csv, "\r\n");
}

int intake_write_sheet(const struct intake *in, const char *dir, struct lab_error *e)
{
	LAB_FREE char *path = path_join(dir, "submissions.csv");
	BUF_SCOPED csv = BUF_INIT;

	buf_puts(&csv,
		"student,id,email,source,submitted,late,commit,exercises,missing,extra,notes\r\n");
	for (size_t i = 0; i < in->count; i++)
		put_student(&csv, in, &in->students[i]);
	return file_write(path, buf_text(&csv), csv.len, 0644, e);
}
