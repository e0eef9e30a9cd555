/*
 * What is made of a grade book (book.h) besides its tables: feedback for each student; of the class
 * JUnit XML, a page and what gradebooks elsewhere import, for staff; and lines for a terminal. Each
 * result is read once. Files that would not change are not written again.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/report/class.h"
#include "lab/report/report.h"
#include "runner/class/about.h"
#include "runner/class/book.h"
#include "runner/class/file.h"
#include "runner/outcome.h"
#include "runner/output.h"

#define WRITTEN_MOST (1u << 30) /* bytes of a file of ours */

/* What came of one student's one exercise, for the printers. */
struct made {
	struct report report;
	struct outcome *outcome; /* what it points into; NULL: nothing was graded */
	json_t *result;          /* and this */
};

static const char *text_at(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void make(struct made *m, const struct class_book *b, size_t cell)
{
	const struct exercise *ex = b->exercises[cell % b->exercise_count];
	json_t *result = class_book_result(b, cell), *report = json_object_get(result, "report");
	const char *why = text_at(result, "why");

	*m = (struct made){
		.result = result, .report = {.exercise = ex->id, .verdict = VERDICT_BROKEN}};
	if (strcmp(class_book_state(b, cell), "missing") == 0)
		m->report.missing = why ? why : "nothing was handed in";
	else if (json_is_object(report))
		m->outcome = outcome_of_object(report, NULL);
	if (m->outcome)
		m->report = m->outcome->report;
	m->report.complaint = why;
	m->report.title = ex->title;
	m->report.api = (const char *const *)ex->api;
	m->report.student = b->students[cell / b->exercise_count];
	m->report.max_score = ex->points;
	m->report.late = b->cells[cell].score - class_book_counts(b, cell);
}

static void unmake(struct made *m)
{
	outcome_free(m->outcome);
	json_decref(m->result);
}

static int write_if_new(const char *path, const struct buf *text, struct lab_error *e)
{
	BUF_SCOPED there = BUF_INIT;

	if (path_is_file(path) && file_read(path, &there, WRITTEN_MOST, NULL) == 0 &&
		there.len == text->len && memcmp(buf_text(&there), buf_text(text), text->len) == 0)
		return 0;
	return file_write(path, buf_text(text), text->len, 0644, e);
}

/* The files that are of the whole class, while students are added one by one. */
struct files {
	const struct class_book *book;
	struct report_class *class;
	struct class_file junit;
};

static void add_total(struct report_class *c, const struct class_book *b, size_t student)
{
	double score, most;

	class_book_total(b, student, &score, &most);
	report_class_total(c, student, score, most);
}

static int write_feedback(const struct class_book *b, size_t student, const struct report *list,
	size_t count, struct lab_error *e)
{
	struct report_feedback feedback = {b->students[student], list, count, 0, 0};
	LAB_FREE char *name = class_book_file_name(b->students[student]);
	LAB_FREE char *text_path = lab_xprintf("%s/feedback/%s.md", b->dir, name);
	LAB_FREE char *page_path = lab_xprintf("%s/feedback/%s.html", b->dir, name);
	BUF_SCOPED text = BUF_INIT;
	BUF_SCOPED page = BUF_INIT;

	class_book_total(b, student, &feedback.score, &feedback.max_score);
	report_markdown(&text, &feedback);
	report_html_feedback(&page, &feedback);
	if (write_if_new(text_path, &text, e) < 0)
		return -1;
	return write_if_new(page_path, &page, e);
}

static int add_student(struct files *f, size_t student, struct lab_error *e)
{
	const struct class_book *b = f->book;
	struct made *made = lab_xmalloc((b->exercise_count + 1) * sizeof(*made));
	struct report *list = lab_xmalloc((b->exercise_count + 1) * sizeof(*list));
	size_t count = 0;
	int status;

	for (size_t i = 0; i < b->exercise_count; i++) {
		size_t cell = student * b->exercise_count + i;

		if (!class_book_state(b, cell))
			continue;
		make(&made[count], b, cell);
		list[count] = made[count].report;
		report_junit_add(&f->junit.text, &list[count]);
		report_class_add(f->class, student, i, &list[count], class_book_counts(b, cell),
			*b->cells[cell].key ? b->cells[cell].key : NULL);
		count++;
	}
	add_total(f->class, b, student);
	status = write_feedback(b, student, list, count, e);
	if (status == 0)
		status = class_file_flush(&f->junit, e);
	while (count > 0)
		unmake(&made[--count]);
	free(list);
	free(made);
	return status;
}

static int files_init(struct files *f, const struct class_book *b, struct lab_error *e)
{
	*f = (struct files){.book = b};
	f->class = report_class_new(
		b->about->people, b->student_count, b->exercises, b->exercise_count);
	for (size_t i = 0; i < b->about->starter_count; i++)
		report_class_starter(
			f->class, b->about->starters[i].exercise, b->about->starters[i].key);
	if (class_file_open(&f->junit, b->dir, "junit.xml", e) < 0)
		return -1;
	report_junit_begin(&f->junit.text);
	return 0;
}

static void files_done(struct files *f)
{
	report_class_free(f->class);
	class_file_done(&f->junit);
}

static int write_file(
	const struct files *f, const char *name, const struct buf *text, struct lab_error *e)
{
	LAB_FREE char *path = path_join(f->book->dir, name);

	return write_if_new(path, text, e);
}

/* Without anybody whom Moodle could find there is nothing to import. */
static int write_moodle(const struct files *f, struct lab_error *e)
{
	LAB_FREE char *path = path_join(f->book->dir, "moodle.csv");
	BUF_SCOPED text = BUF_INIT;
	size_t left_out;

	report_class_moodle(&text, f->class, &left_out);
	if (left_out == f->book->student_count)
		return unlink(path) < 0 && errno != ENOENT
			       ? lab_fail_errno(e, LAB_BROKEN, "remove \"%s\"", path)
			       : 0;
	if (left_out)
		output_complain(
			"%zu students have neither an e-mail address nor an ID number: they "
			"are not in moodle.csv",
			left_out);
	return write_if_new(path, &text, e);
}

static int write_class(struct files *f, struct lab_error *e)
{
	BUF_SCOPED page = BUF_INIT;
	BUF_SCOPED canvas = BUF_INIT;
	BUF_SCOPED refused = BUF_INIT;

	report_junit_end(&f->junit.text);
	report_class_html(&page, f->class, f->book->about->anonymous);
	report_class_canvas(&canvas, f->class);
	report_class_refused(&refused, f->class);
	if (class_file_keep(&f->junit, e) < 0 || write_file(f, "class.html", &page, e) < 0 ||
		write_file(f, "canvas.csv", &canvas, e) < 0 ||
		write_file(f, "refused.csv", &refused, e) < 0)
		return -1;
	return write_moodle(f, e);
}

int class_book_write_reports(struct class_book *b, struct lab_error *e)
{
	LAB_FREE char *dir = path_join(b->dir, "feedback");
	struct buf refused = BUF_INIT;
	struct files files;
	int status = path_mkdirs(dir, 0777, e);

	if (files_init(&files, b, e) < 0)
		status = -1;
	for (size_t i = 0; i < b->student_count && status == 0; i++)
		status = add_student(&files, i, e);
	if (status == 0)
		status = write_class(&files, e);
	report_class_refused_text(&refused, files.class);
	free(b->refused);
	b->refused = buf_take(&refused);
	files_done(&files);
	return status;
}

/* ---- terminal ---- */

/* Of a cell that has been read already, as far as a row of signs goes. */
static struct report brief(const struct class_cell *cell)
{
	struct report r = {.verdict = VERDICT_BROKEN};

	if (strcmp(cell->state, "missing") == 0)
		r.missing = "";
	else
		verdict_from_name(cell->state, &r.verdict);
	return r;
}

void class_book_print(const struct class_book *b, FILE *out)
{
	enum { ROWS_MOST = 25 }; /* of students, where nobody could read them all */
	int width = output_width(fileno(out));
	struct report_person *people = lab_xmalloc((b->student_count + 1) * sizeof(*people));
	struct report_class *c;
	BUF_SCOPED text = BUF_INIT;

	for (size_t i = 0; i < b->student_count; i++)
		people[i] = (struct report_person){.name = b->students[i]};
	c = report_class_new(people, b->student_count, b->exercises, b->exercise_count);
	for (size_t i = 0; i < b->student_count * b->exercise_count; i++) {
		struct report r = brief(&b->cells[i]);

		if (*b->cells[i].state)
			report_class_add(c, i / b->exercise_count, i % b->exercise_count, &r,
				class_book_counts(b, i), NULL);
	}
	for (size_t i = 0; i < b->student_count; i++)
		add_total(c, b, i);
	report_class_text(&text, c, output_colour(fileno(out)), width, width ? ROWS_MOST : 0);
	if (b->refused)
		buf_puts(&text, b->refused);
	fputs(buf_text(&text), out);
	report_class_free(c);
	free(people);
}
