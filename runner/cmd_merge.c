/*
 * ipclab merge: the gradebooks of a class that was graded in parts (grade --shard), or on several
 * machines, become one: the same, byte for byte, as if one machine had graded all of it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/class/about.h"
#include "runner/class/book.h"
#include "runner/cmd.h"
#include "runner/output.h"

#define SHEET_MOST (1u << 30) /* bytes of a file that grade has written */

struct merge_options {
	const char *out, *policy, *course;
	bool anonymous;
};

struct merge {
	const struct course *course;
	struct class_book book;
	struct class_about about;
	struct policy policy;
	char **students; /* in the order of the gradebook: by bytes */
	size_t student_count;
	const struct exercise **exercises; /* of the course, those that somebody was graded in */
	size_t exercise_count;
	size_t open; /* pieces of work without a result */
};

/* ---- who and what there is ---- */

static int add_exercise(struct merge *m, const char *id, struct lab_error *e)
{
	size_t at = 0;

	while (at < m->exercise_count && strcmp(m->exercises[at]->id, id) < 0)
		at++;
	if (at < m->exercise_count && strcmp(m->exercises[at]->id, id) == 0)
		return 0;
	for (size_t i = 0; i < m->course->count; i++) {
		if (strcmp(m->course->exercises[i]->id, id) != 0)
			continue;
		memmove(&m->exercises[at + 1], &m->exercises[at],
			(m->exercise_count++ - at) * sizeof(*m->exercises));
		m->exercises[at] = m->course->exercises[i];
		return 0;
	}
	return lab_fail(e, LAB_USAGE,
		"merge: the gradebooks have results of %s, which \"%s\" has not; --course=DIR "
		"names "
		"the course that was graded",
		id, m->course->dir);
}

static int take_exercise(void *context, const struct gradebook_submission *s,
	const struct gradebook_result *r, struct lab_error *e)
{
	struct merge *m = context;

	(void)r;
	return add_exercise(m, s->exercise, e);
}

static void take_person(void *context, const struct gradebook_person *p)
{
	struct merge *m = context;

	m->students = lab_xrealloc(m->students, (m->student_count + 1) * sizeof(*m->students));
	m->students[m->student_count++] = lab_xstrdup(p->student);
}

/* Students and submissions have the same order. */
struct seating {
	struct merge *merge;
	size_t student;
};

static int take_row(void *context, const struct gradebook_submission *s,
	const struct gradebook_result *r, struct lab_error *e)
{
	struct seating *seating = context;
	struct merge *m = seating->merge;
	size_t ex = 0;

	(void)e;
	while (seating->student < m->student_count &&
		strcmp(m->students[seating->student], s->student) < 0)
		seating->student++;
	if (seating->student == m->student_count ||
		strcmp(m->students[seating->student], s->student) != 0)
		return 0; /* was in the class before */
	while (strcmp(m->exercises[ex]->id, s->exercise) != 0)
		ex++;
	class_book_recall(&m->book, seating->student * m->exercise_count + ex, s, r);
	m->open += s->key && !r->state;
	return 0;
}

static int take_all(struct merge *m, struct lab_error *e)
{
	struct seating seating = {.merge = m};

	m->exercises = lab_xmalloc((m->course->count + 1) * sizeof(*m->exercises));
	if (gradebook_people(m->book.kept, take_person, m, e) < 0 ||
		gradebook_walk(m->book.kept, take_exercise, m, e) < 0)
		return -1;
	class_book_seat(&m->book, m->students, m->student_count, m->exercises, m->exercise_count);
	return gradebook_walk(m->book.kept, take_row, &seating, e);
}

/* ---- the command ---- */

/* The exit code. What has no result yet is with a part that was not named, or is not done. */
static int tell(const struct merge *m)
{
	size_t broken = class_book_count(&m->book, "broken");

	class_book_print(&m->book, stdout);
	printf("%zu students, %zu exercises: %zu missing, %zu broken, %zu not graded yet; tables "
	       "in "
	       "%s\n",
		m->student_count, m->exercise_count, class_book_count(&m->book, "missing"), broken,
		m->open, m->book.dir);
	if (m->open)
		output_complain("%zu have no result: merge the other parts too, or grade what is "
				"left of these",
			m->open);
	return m->open ? LAB_USAGE : broken ? LAB_BROKEN : 0;
}

/* Who handed in what was told to each part alike; where it was not, whoever grades has to know. */
static int take_sheet(const struct merge *m, const struct cmd_call *call, struct lab_error *e)
{
	static const char name[] = "submissions.csv";
	LAB_FREE char *out = path_join(m->book.dir, name);
	LAB_FREE char *first = NULL;
	BUF_SCOPED text = BUF_INIT;

	for (int i = 0; i < call->operand_count; i++) {
		LAB_FREE char *path = path_join(call->operands[i], name);
		BUF_SCOPED other = BUF_INIT;

		if (!path_is_file(path))
			continue;
		if (file_read(path, first ? &other : &text, SHEET_MOST, e) < 0)
			return -1;
		if (first && (other.len != text.len ||
				     memcmp(buf_text(&other), buf_text(&text), text.len) != 0))
			output_complain("%s is that of \"%s\" alone: \"%s\" says other things",
				name, first, path);
		if (!first)
			first = lab_xstrdup(path);
	}
	return first ? file_write(out, buf_text(&text), text.len, 0644, e) : 0;
}

static int unite(struct merge *m, const struct cmd_call *call, struct lab_error *e)
{
	for (int i = 0; i < call->operand_count; i++) {
		LAB_FREE char *path = path_join(call->operands[i], "gradebook.db");

		if (gradebook_merge(m->book.kept, path, e) < 0)
			return -1;
	}
	return 0;
}

/* A book that was begun by a merge which failed would be in the way of the next one. */
static void forget(struct merge *m)
{
	LAB_FREE char *path = path_join(m->book.dir, "gradebook.db");

	gradebook_close(m->book.kept);
	m->book.kept = NULL;
	unlink(path);
}

static int merge_all(struct merge *m, const struct cmd_call *call, struct lab_error *e)
{
	const struct merge_options *options = call->options;
	LAB_FREE char *path = path_join(options->out, "gradebook.db");
	bool begun = !path_exists(path);

	if (class_book_open(&m->book, options->out, e) < 0)
		return -1;
	if (unite(m, call, e) < 0) {
		if (begun)
			forget(m);
		return -1;
	}
	if (options->policy)
		m->book.policy = &m->policy;
	if (take_all(m, e) < 0 || class_about_init(&m->about, &m->book, options->anonymous, e) < 0)
		return -1;
	m->book.about = &m->about;
	if (take_sheet(m, call, e) < 0 || class_book_write(&m->book, e) < 0)
		return -1;
	class_book_tell_untimed(&m->book, stderr);
	class_book_print_broken(&m->book, stderr);
	return class_book_finish(&m->book, e) < 0 ? -1 : tell(m);
}

static int merge_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct merge_options *options = call->options;
	struct merge m = {.book = {.lock = -1}};
	CATALOGUE_SCOPED *course = NULL;
	int status;

	if (call->operand_count < 1 || !options->out)
		return lab_fail(e, LAB_USAGE,
			"merge: it wants the folders that ipclab grade has written, and --out=DIR "
			"for the one that is made of them");
	course = catalogue_open(options->course, e);
	if (!course)
		return -1;
	m.course = course;
	status = options->policy ? policy_read(options->policy, course, &m.policy, e) : 0;
	if (status == 0)
		status = merge_all(&m, call, e);
	policy_done(&m.policy);
	class_book_done(&m.book);
	class_about_done(&m.about);
	for (size_t i = 0; i < m.student_count; i++)
		free(m.students[i]);
	free(m.students);
	free(m.exercises);
	return status;
}

static const struct cmd_option merge_rows[] = {
	{"out", CMD_TEXT, "DIR", offsetof(struct merge_options, out),
		"where the gradebook goes, and what is made of it"},
	{"policy", CMD_TEXT, "FILE", offsetof(struct merge_options, policy),
		"how results become grades, a YAML file: deadline, deadlines, late, weights, "
		"drop-lowest. It changes grades.csv and all sums, never what is graded"},
	{"course", CMD_TEXT, "DIR", offsetof(struct merge_options, course),
		"the course in DIR instead of the installed one"},
	{"anonymous", CMD_FLAG, NULL, offsetof(struct merge_options, anonymous),
		"class.html names nobody, and can be shown to the class"},
	{0},
};

const struct cmd cmd_merge = {
	.name = "merge",
	.synopsis = "DIR... --out=DIR",
	.summary = "put together what several machines graded of a class",
	.text = "Each DIR is the --out of an ipclab grade --shard=I/N of the same submissions. "
		"The\n"
		"gradebook that is made of all parts, its tables and its reports have the same "
		"bytes\n"
		"as those of one grading of the whole. Books that say different things of the "
		"same\n"
		"work or student are not merged.\n"
		"\n"
		"The exit code is 0 if everything has a result, 2 if something has none yet, and\n"
		"3 if something is broken.\n",
	.options = merge_rows,
	.options_size = sizeof(struct merge_options),
	.operands_most = -1,
	.exec = merge_exec,
};
