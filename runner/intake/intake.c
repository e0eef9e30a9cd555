/* What a class handed in: see intake.h. Opening, names that are alike, and the end. */
#include "config.h"

#include "runner/intake/intake.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/report/words.h"
#include "runner/intake/internal.h"
#include "runner/output.h"

void intake_note(struct list *notes, const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	BUF_SCOPED safe = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	words_add_line(&safe, buf_text(&text));
	list_add(notes, buf_text(&safe));
}

void intake_replace(char **into, const char *text)
{
	if (!text)
		return;
	free(*into);
	*into = lab_xstrdup(text);
}

/* ---- names ---- */

static int by_name(const void *a, const void *b)
{
	const struct intake_student *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->source ? x->source : "", y->source ? y->source : "");
}

static void sort_students(struct intake *in)
{
	if (in->count)
		qsort(in->students, in->count, sizeof(*in->students), by_name);
}

/* Students FROM to TO - 1 are called alike: told apart by their ids, or else by their places. */
static int tell_apart(struct intake *in, size_t from, size_t to, struct lab_error *e)
{
	LAB_FREE char *name = lab_xstrdup(in->students[from].name);

	intake_note(&in->notes,
		"%zu students are called \"%s\": what follows in brackets tells them apart",
		to - from, name);
	for (size_t i = from; i < to; i++) {
		struct intake_student *s = &in->students[i];
		const char *mark = s->id ? s->id : s->source ? s->source : "";

		for (size_t k = from; k < i; k++) {
			const struct intake_student *other = &in->students[k];

			if (s->source && other->source && strcmp(s->source, other->source) == 0 &&
				!s->id)
				return lab_fail(
					e, LAB_USAGE, "grade: \"%s\" is given twice", s->source);
			if (s->id && other->id && strcmp(s->id, other->id) == 0)
				mark = s->source ? s->source : "";
		}
		free(s->name);
		s->name = lab_xprintf("%s (%s)", name, mark);
	}
	return 0;
}

static int make_names(struct intake *in, struct lab_error *e)
{
	sort_students(in);
	for (size_t i = 0, end; i < in->count; i = end) {
		for (end = i + 1; end < in->count; end++)
			if (strcmp(in->students[end].name, in->students[i].name) != 0)
				break;
		if (end > i + 1 && tell_apart(in, i, end, e) < 0)
			return -1;
	}
	sort_students(in);
	in->names = lab_xmalloc((in->count + 1) * sizeof(*in->names));
	for (size_t i = 0; i < in->count; i++)
		in->names[i] = in->students[i].name;
	return 0;
}

/* ---- the whole ---- */

int intake_open(struct intake *in, char *const *paths, const char *roster,
	const struct course *course, const struct exercise *const *exercises, size_t exercise_count,
	struct lab_error *e)
{
	*in = (struct intake){
		.course = course, .exercises = exercises, .exercise_count = exercise_count};
	if (students_find(in, paths, e) < 0 || (roster && roster_apply(in, roster, e) < 0) ||
		make_names(in, e) < 0)
		return -1;
	for (size_t i = 0; i < in->count; i++) {
		progress_show("grade: %zu of %zu students' files read", i, in->count);
		if (walk_student(in, &in->students[i], e) < 0) {
			progress_erase();
			return lab_wrap(e, "grade");
		}
	}
	progress_erase();
	return 0;
}

static void student_done(struct intake_student *s, size_t exercise_count)
{
	for (size_t i = 0; s->works && i < exercise_count; i++) {
		free(s->works[i].folder);
		free(s->works[i].why);
		list_done(&s->works[i].missing);
		list_done(&s->works[i].extra);
	}
	for (size_t i = 0; i < s->root_count; i++) {
		free(s->roots[i].path);
		free(s->roots[i].label);
		free(s->roots[i].name);
	}
	free(s->works);
	free(s->roots);
	list_done(&s->extra);
	list_done(&s->notes);
	free(s->name);
	free(s->id);
	free(s->email);
	free(s->source);
	free(s->head);
	free(s->unreadable);
}

void intake_done(struct intake *in)
{
	for (size_t i = 0; i < in->count; i++)
		student_done(&in->students[i], in->exercise_count);
	free(in->students);
	free(in->names);
	list_done(&in->notes);
	if (in->room)
		path_remove_tree(in->room, NULL);
	free(in->room);
	*in = (struct intake){0};
}
