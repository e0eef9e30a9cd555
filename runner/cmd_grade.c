/*
 * ipclab grade: a class. Every student's every exercise becomes one result in the grade book; what
 * is there already and has not changed is not graded again.
 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/report/words.h"
#include "lab/run/run.h"
#include "runner/catalogue.h"
#include "runner/class/about.h"
#include "runner/class/batch.h"
#include "runner/class/book.h"
#include "runner/class/key.h"
#include "runner/cmd.h"
#include "runner/intake/intake.h"
#include "runner/interrupt.h"

struct grade_options {
	const char *out, *policy, *course, *private, *only, *shard, *roster;
	struct cmd_number jobs;
	bool allow_reduced, anonymous;
};

struct class
{
	struct intake intake;
	struct class_book book;
	struct class_batch batch;
	struct class_about about;
	const struct course *course;
	struct policy policy;
	const struct exercise **exercises;
	size_t exercise_count;
	char (*bases)[SHA256_HEX]; /* of each exercise: see class/key.h */
};

/* Marks in WANTED what NAME names: a chapter by its folder's name, or one exercise. */
static int want(const struct course *course, const char *name, bool *wanted, struct lab_error *e)
{
	LAB_FREE char *chapter = lab_xprintf("%s/", name);
	const struct exercise *one;
	bool found = false;

	for (size_t i = 0; i < course->count; i++) {
		if (strncmp(course->exercises[i]->id, chapter, strlen(chapter)) != 0)
			continue;
		wanted[i] = found = true;
	}
	if (found)
		return 0;
	one = course_find(course, name, e);
	for (size_t i = 0; one && i < course->count; i++)
		wanted[i] |= one == course->exercises[i];
	return one ? 0 : -1;
}

/* ONLY: names with commas between them; NULL: all exercises. */
static int take_exercises(
	struct class *c, const struct course *course, const char *only, struct lab_error *e)
{
	LAB_FREE bool *wanted = lab_xmalloc((course->count + 1) * sizeof(*wanted));
	LAB_FREE char *names = lab_xstrdup(only ? only : "");
	char *rest = only ? names : NULL;

	for (char *name; (name = strsep(&rest, ","));)
		if (want(course, name, wanted, e) < 0)
			return -1;
	c->course = course;
	c->exercises = lab_xmalloc((course->count + 1) * sizeof(*c->exercises));
	for (size_t i = 0; i < course->count; i++)
		if (!only || wanted[i])
			c->exercises[c->exercise_count++] = course->exercises[i];
	return 0;
}

/* "2/4": the second of four parts. */
static int take_shard(struct class_batch *b, const char *text, struct lab_error *e)
{
	enum { PARTS_MOST = 100000 };
	char *end;

	if (!text)
		return 0;
	b->shard = strtoul(text, &end, 10);
	b->shards = *end == '/' && end[1] >= '0' && end[1] <= '9' ? strtoul(end + 1, &end, 10) : 0;
	if (*end || text[0] < '0' || text[0] > '9' || b->shard < 1 || b->shard > b->shards ||
		b->shards > PARTS_MOST)
		return lab_fail(e, LAB_USAGE,
			"grade: --shard \"%s\" is no part of a whole; it wants I/N with I from 1 "
			"to "
			"N, such as 1/4",
			text);
	b->shard--;
	return 0;
}

/* ---- what is told ---- */

static void tell_notes(const struct intake *in)
{
	for (size_t i = 0; i < in->notes.count; i++)
		fprintf(stderr, "ipclab: %s\n", in->notes.names[i]);
	for (size_t i = 0; i < in->count; i++) {
		const struct list *notes = &in->students[i].notes;
		BUF_SCOPED name = BUF_INIT;

		words_add_line(&name, in->names[i]);
		for (size_t n = 0; n < notes->count; n++)
			fprintf(stderr, "ipclab: %s: %s\n", buf_text(&name), notes->names[n]);
	}
}

/* The exit code. */
static int tell(const struct class *c)
{
	const struct class_batch *b = &c->batch;
	size_t broken = class_book_count(&c->book, "broken");
	LAB_FREE char *same =
		b->graded > b->finished
			? lab_xprintf(" (%zu pieces of work, some the same)", b->finished)
			: lab_xstrdup("");

	class_book_print(&c->book, stdout);
	printf("%zu students, %zu exercises: %zu graded now%s, %zu kept, %zu missing, %zu broken; "
	       "tables in %s\n",
		c->intake.count, c->exercise_count, b->graded, same, b->kept,
		class_book_count(&c->book, "missing"), broken, c->book.dir);
	return broken ? LAB_BROKEN : 0;
}

/* A book inside of what it grades would be taken for a student the next time. */
static int out_lies_outside(const char *dir, const char *out, struct lab_error *e)
{
	char real_dir[PATH_MAX], real_out[PATH_MAX];
	LAB_FREE char *there = lab_xstrdup(out); /* OUT, or what of it is there already */
	size_t len;

	while (!path_exists(there) && strchr(there + 1, '/'))
		*strrchr(there, '/') = '\0';
	if (!realpath(dir, real_dir) || !realpath(path_exists(there) ? there : ".", real_out))
		return 0; /* what is not there is said elsewhere */
	len = strlen(real_dir);
	if (strncmp(real_dir, real_out, len) == 0 && (real_out[len] == '/' || !real_out[len]))
		return lab_fail(e, LAB_USAGE,
			"grade: --out \"%s\" lies inside of \"%s\", which it is to grade", out,
			dir);
	return 0;
}

static void add_folder(struct buf *list, const char *folder)
{
	char real[PATH_MAX];

	if (folder && realpath(folder, real) && !strchr(real, '\n'))
		buf_printf(list, "%s\n", real);
}

/* What no student's program has any business with. None sees it; who asks for it by name is told of
 * (lab/run/denied.c). */
static void name_closed(const struct class *c, const struct cmd_call *call)
{
	const struct grade_options *options = call->options;
	BUF_SCOPED list = BUF_INIT;

	for (int i = 0; i < call->operand_count; i++)
		add_folder(&list, call->operands[i]);
	add_folder(&list, options->out);
	add_folder(&list, options->private);
	add_folder(&list, c->course->dir);
	add_folder(&list, lab_judges_dir());
	setenv("IPCLAB_CLOSED", buf_text(&list), 1);
}

static int grade_class(struct class *c, const struct cmd_call *call, struct lab_error *e)
{
	const struct grade_options *options = call->options;
	struct class_batch *b = &c->batch;
	int status = 0;

	for (int i = 0; i < call->operand_count; i++)
		if (out_lies_outside(call->operands[i], options->out, e) < 0)
			return -1;
	if (intake_open(&c->intake, call->operands, options->roster, c->course, c->exercises,
		    c->exercise_count, e) < 0 ||
		class_book_open(&c->book, options->out, e) < 0)
		return -1;
	class_book_seat(
		&c->book, c->intake.names, c->intake.count, c->exercises, c->exercise_count);
	if (options->policy)
		c->book.policy = &c->policy;
	tell_notes(&c->intake);
	if (intake_write_sheet(&c->intake, options->out, e) < 0)
		return -1;
	b->book = &c->book;
	b->intake = &c->intake;
	b->bases = (const char(*)[SHA256_HEX])c->bases;
	c->book.about = &c->about;
	if (class_batch_plan(b, e) < 0 || class_about_keep(&c->book, &c->intake, b->bases, e) < 0 ||
		class_about_init(&c->about, &c->book, options->anonymous, e) < 0)
		return -1;
	name_closed(c, call);
	status = class_batch_run(b, (unsigned)options->jobs.value, e);
	if (b->failed)
		return -1;
	if (class_book_write(&c->book, status < 0 ? NULL : e) < 0)
		status = -1;
	class_book_tell_untimed(&c->book, stderr);
	if (status == 0)
		class_book_print_broken(&c->book, stderr);
	if (class_book_finish(&c->book, status < 0 ? NULL : e) < 0)
		status = -1;
	if (interrupt_signal())
		fprintf(stderr,
			"ipclab: %zu graded, %zu left; the same command goes on where this one "
			"stopped\n",
			b->finished, b->task_count - b->finished);
	return status < 0 ? -1 : tell(c);
}

/* Other people's programs, many at a time: whoever wants that without namespaces has to say so. */
static const char *check_isolation(bool allow_reduced, struct lab_error *e)
{
	struct lab_error why = {0};
	const char *isolation = run_isolation(&why);

	if (!isolation)
		lab_fail(e, LAB_UNSUPPORTED, "grade: %s", why.text);
	if (!isolation || strcmp(isolation, "full") == 0 || allow_reduced)
		return isolation;
	lab_fail(e, LAB_UNSUPPORTED,
		"grade: this machine gives programs reduced isolation only: %s. ipclab doctor says "
		"what that means and how to mend it; --allow-reduced-isolation grades all the same",
		why.text);
	return NULL;
}

static int take_bases(struct class *c, bool allow_reduced, struct lab_error *e)
{
	const char *isolation = check_isolation(allow_reduced, e);

	c->bases = lab_xmalloc((c->exercise_count + 1) * sizeof(*c->bases));
	return isolation ? class_key_bases(c->exercises, c->exercise_count, isolation, c->bases, e)
			 : -1;
}

static int grade_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct grade_options *options = call->options;
	struct class c = {.book = {.lock = -1}};
	CATALOGUE_SCOPED *course = NULL;
	int status;

	if (call->operand_count < 1 || !options->out)
		return lab_fail(e, LAB_USAGE,
			"grade: it wants what the students handed in, folders or archives, and "
			"--out=DIR for the results");
	course = catalogue_open(options->course, e);
	if (!course || (options->private && catalogue_add_private(course, options->private, e) < 0))
		return -1;
	status = take_shard(&c.batch, options->shard, e);
	if (status == 0)
		status = take_exercises(&c, course, options->only, e);
	if (status == 0 && options->policy)
		status = policy_read(options->policy, course, &c.policy, e);
	if (status == 0)
		status = take_bases(&c, options->allow_reduced, e);
	if (status == 0)
		status = grade_class(&c, call, e);
	class_batch_done(&c.batch);
	policy_done(&c.policy);
	class_book_done(&c.book);
	class_about_done(&c.about);
	intake_done(&c.intake);
	free(c.exercises);
	free(c.bases);
	return status;
}

static const struct cmd_option grade_rows[] = {
	{"out", CMD_TEXT, "DIR", offsetof(struct grade_options, out),
		"where the results go: gradebook.db, from it grades.csv, results.csv, grades.json, "
		"junit.xml, class.html (the class as a page), canvas.csv and moodle.csv (to be "
		"imported there), submissions.csv (who handed in what), and in feedback/ a text in "
		"Markdown and a page a student"},
	{"roster", CMD_TEXT, "FILE", offsetof(struct grade_options, roster),
		"a CSV file of who is in the class, with columns id, name, email"},
	{"exercise", CMD_TEXT, "EXERCISE", offsetof(struct grade_options, only),
		"only this one; or a chapter, or several with commas between them"},
	{"jobs", CMD_NUMBER, "N", offsetof(struct grade_options, jobs),
		"at most N submissions at the same time (default: one a processor)"},
	{"shard", CMD_TEXT, "I/N", offsetof(struct grade_options, shard),
		"grade the I-th of N parts only, each into a folder of its own: another machine "
		"has the others, and ipclab merge puts them together"},
	{"policy", CMD_TEXT, "FILE", offsetof(struct grade_options, policy),
		"how results become grades, a YAML file: deadline, deadlines, late, weights, "
		"drop-lowest. It changes grades.csv and all sums, never what is graded"},
	{"course", CMD_TEXT, "DIR", offsetof(struct grade_options, course),
		"the course in DIR instead of the installed one"},
	{"private", CMD_TEXT, "DIR", offsetof(struct grade_options, private),
		"judge also by the tests of your own in DIR/judges; their checks are called "
		"private:NAME, and weigh as the others do"},
	{"anonymous", CMD_FLAG, NULL, offsetof(struct grade_options, anonymous),
		"class.html names nobody, and can be shown to the class"},
	{"allow-reduced-isolation", CMD_FLAG, NULL, offsetof(struct grade_options, allow_reduced),
		"grade also where this machine refuses namespaces (see ipclab doctor)"},
	{0},
};

const struct cmd cmd_grade = {
	.name = "grade",
	.synopsis = "PATH... --out=DIR",
	.summary = "grade a class: folders, archives, exports of Moodle, Canvas, Gradescope",
	.text = "A PATH is a folder or an archive (zip, tar, tar.gz, tar.xz) of one student, or "
		"one that\n"
		"holds a folder or an archive for each student, as it is or as Moodle or Canvas\n"
		"export it. What a student handed in is laid out as a workspace,\n"
		"CHAPTER/EXERCISE/FILES, or the files lie beside one another and go by their "
		"names;\n"
		"archives in it are unpacked. Links, devices and names that lead elsewhere are "
		"left\n"
		"out, and said.\n"
		"\n"
		"Every exercise of the course (of --exercise, if that is given) is graded for\n"
		"every student, one at a time on each processor. What was not handed in scores 0\n"
		"and is called missing; what the lab failed at is broken, scores nothing and\n"
		"costs nothing.\n"
		"\n"
		"Results are kept as they come, and equal work is graded once. Ctrl-C finishes "
		"those that are running (a second "
		"one\n"
		"does not wait for them); the same command then goes on where it stopped. What "
		"has\n"
		"a result is graded again only if its files, the exercise or the lab have "
		"changed,\n"
		"or if it was broken. Files that change meanwhile are graded as they are at "
		"last.\n"
		"\n"
		"What the sandbox refused to a program (files of others, processes, the\n"
		"network), and limits that one has met, are told beside the grades, which do\n"
		"not depend on it: at the end, in refused.csv, on the page of the class and in\n"
		"the student's feedback.\n"
		"\n"
		"The exit code is 0 if everything has a result, 3 if something is broken, and 4\n"
		"where programs get reduced isolation only and that was not allowed.\n",
	.options = grade_rows,
	.options_size = sizeof(struct grade_options),
	.operands_most = -1,
	.exec = grade_exec,
};
