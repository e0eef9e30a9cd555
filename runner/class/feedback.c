/*
 * What is made of a grade book (book.h) besides its tables: JUnit XML of the class, for
 * staff, and feedback for each student. Files that would not change are not written again.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/report/report.h"
#include "runner/class/book.h"
#include "runner/outcome.h"

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

static int write_junit(const struct class_book *b, struct lab_error *e)
{
	LAB_FREE char *path = path_join(b->dir, "junit.xml");
	BUF_SCOPED text = BUF_INIT;

	report_junit_begin(&text);
	for (size_t i = 0; i < b->student_count * b->exercise_count; i++) {
		struct made m;

		if (!class_book_state(b, i))
			continue;
		make(&m, b, i);
		report_junit_add(&text, &m.report);
		unmake(&m);
	}
	report_junit_end(&text);
	return write_if_new(path, &text, e);
}

static int write_feedback(
	const struct class_book *b, const char *dir, size_t student, struct lab_error *e)
{
	LAB_FREE char *name = class_book_file_name(b->students[student]);
	LAB_FREE char *path = lab_xprintf("%s/%s.md", dir, name);
	struct made *made = lab_xmalloc((b->exercise_count + 1) * sizeof(*made));
	struct report *list = lab_xmalloc((b->exercise_count + 1) * sizeof(*list));
	BUF_SCOPED text = BUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < b->exercise_count; i++) {
		size_t cell = student * b->exercise_count + i;

		if (!class_book_state(b, cell))
			continue;
		make(&made[count], b, cell);
		list[count] = made[count].report;
		count++;
	}
	report_markdown(&text, b->students[student], list, count);
	while (count > 0)
		unmake(&made[--count]);
	free(list);
	free(made);
	return write_if_new(path, &text, e);
}

int class_book_write_reports(const struct class_book *b, struct lab_error *e)
{
	LAB_FREE char *dir = path_join(b->dir, "feedback");

	if (write_junit(b, e) < 0 || path_mkdirs(dir, 0777, e) < 0)
		return -1;
	for (size_t i = 0; i < b->student_count; i++)
		if (write_feedback(b, dir, i, e) < 0)
			return -1;
	return 0;
}
