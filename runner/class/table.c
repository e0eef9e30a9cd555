/* The tables of a grade book (book.h): CSV (RFC 4180) and JSON. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/csv.h"
#include "lab/report/words.h"
#include "runner/class/book.h"
#include "runner/class/file.h"

static const char *text_at(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static bool is_broken(const struct class_cell *cell)
{
	return strcmp(cell->state, "broken") == 0;
}

/* ---- CSV ---- */

static int put_grades(const struct class_book *b, struct class_file *f, struct lab_error *e)
{
	struct buf *csv = &f->text;

	buf_puts(csv, "student,score,max_score");
	for (size_t i = 0; i < b->exercise_count; i++)
		buf_printf(csv, ",%s", b->exercises[i]->id);
	buf_puts(csv, "\r\n");
	for (size_t s = 0; s < b->student_count; s++) {
		double score, most;

		class_book_total(b, s, &score, &most);
		csv_text(csv, b->students[s]);
		buf_putc(csv, ',');
		csv_number(csv, score);
		buf_putc(csv, ',');
		csv_number(csv, most);
		for (size_t i = 0; i < b->exercise_count; i++) {
			const struct class_cell *cell = &b->cells[s * b->exercise_count + i];

			buf_putc(csv, ',');
			if (is_broken(cell))
				buf_puts(csv, "broken");
			else if (*cell->state)
				csv_number(csv, class_book_counts(b, s * b->exercise_count + i));
		}
		buf_puts(csv, "\r\n");
		if (class_file_flush(f, e) < 0)
			return -1;
	}
	return 0;
}

/* The first check that did not pass, or NULL. */
static const json_t *first_failed(const json_t *result)
{
	const json_t *checks = json_object_get(json_object_get(result, "report"), "checks"), *check;
	size_t i;

	json_array_foreach(
		checks, i, check) if (strcmp(text_at(check, "verdict"), "pass") != 0) return check;
	return NULL;
}

static const char *first_error(const json_t *result)
{
	const json_t *list = json_object_get(json_object_get(result, "report"), "diagnostics"), *d;
	size_t i;

	json_array_foreach(list, i,
		d) if (strcmp(text_at(d, "severity"), "error") == 0) return text_at(d, "text");
	return NULL;
}

/* Columns check, class, message. */
static void put_reason(struct buf *csv, const json_t *result)
{
	const json_t *check = first_failed(result);
	const char *error = first_error(result);

	csv_text(csv, check ? text_at(check, "name") : "");
	buf_putc(csv, ',');
	csv_text(csv, check ? text_at(check, "class") : error ? "compile" : "");
	buf_putc(csv, ',');
	csv_text(csv, check ? text_at(check, "message") : error ? error : text_at(result, "why"));
}

static void put_result(const struct class_book *b, size_t i, struct buf *csv)
{
	const struct class_cell *cell = &b->cells[i];
	json_t *result = class_book_result(b, i);

	csv_text(csv, b->students[i / b->exercise_count]);
	buf_printf(csv, ",%s,%s,", b->exercises[i % b->exercise_count]->id, cell->state);
	if (!is_broken(cell))
		csv_number(csv, cell->score);
	buf_putc(csv, ',');
	csv_number(csv, cell->max_score);
	buf_putc(csv, ',');
	csv_text(csv, text_at(json_object_get(result, "report"), "isolation"));
	buf_putc(csv, ',');
	put_reason(csv, result);
	buf_puts(csv, "\r\n");
	json_decref(result);
}

static int put_results(const struct class_book *b, struct class_file *f, struct lab_error *e)
{
	buf_puts(&f->text,
		"student,exercise,state,score,max_score,isolation,check,class,message\r\n");
	for (size_t i = 0; i < b->student_count * b->exercise_count; i++) {
		if (class_book_state(b, i))
			put_result(b, i, &f->text);
		if (class_file_flush(f, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- JSON ---- */

static json_t *student_object(const struct class_book *b, size_t s)
{
	json_t *exercises = json_object();
	BUF_SCOPED name = BUF_INIT;
	double score, most;

	class_book_total(b, s, &score, &most);
	for (size_t i = 0; i < b->exercise_count; i++) {
		json_t *result = class_book_result(b, s * b->exercise_count + i);

		if (!result)
			continue;
		json_object_set_new(result, "counts",
			json_real(class_book_counts(b, s * b->exercise_count + i)));
		json_object_set_new(exercises, b->exercises[i]->id, result);
	}
	words_add(&name, b->students[s], true);
	return json_pack("{s:s, s:f, s:f, s:o}", "student", buf_text(&name), "score", score,
		"max_score", most, "exercises", exercises);
}

/* A student at a time: a tree of all reports would be many times as large as its text. */
static int put_json(const struct class_book *b, struct class_file *f, struct lab_error *e)
{
	buf_printf(&f->text, "{\n \"schema\": %d,\n \"engine\": \"%s\",\n \"students\": [",
		CLASS_BOOK_SCHEMA, PACKAGE_VERSION);
	for (size_t s = 0; s < b->student_count; s++) {
		json_t *student = student_object(b, s);
		LAB_FREE char *text = json_dumps(student, JSON_INDENT(1));

		buf_printf(&f->text, "%s\n%s", s ? "," : "", text);
		json_decref(student);
		if (class_file_flush(f, e) < 0)
			return -1;
	}
	buf_puts(&f->text, "]\n}\n");
	return 0;
}

typedef int put_table(const struct class_book *b, struct class_file *f, struct lab_error *e);

static int write_table(
	const struct class_book *b, const char *name, put_table *put, struct lab_error *e)
{
	struct class_file file;
	int status = class_file_open(&file, b->dir, name, e);

	if (status == 0)
		status = put(b, &file, e);
	if (status == 0)
		status = class_file_keep(&file, e);
	class_file_done(&file);
	return status;
}

int class_book_write_tables(const struct class_book *b, struct lab_error *e)
{
	if (write_table(b, "grades.csv", put_grades, e) < 0 ||
		write_table(b, "results.csv", put_results, e) < 0)
		return -1;
	return write_table(b, "grades.json", put_json, e);
}

/* ---- terminal ---- */

void class_book_print_broken(const struct class_book *b, FILE *out)
{
	enum { MOST = 20 };
	size_t count = 0;

	for (size_t i = 0; i < b->student_count * b->exercise_count; i++) {
		const char *student = b->students[i / b->exercise_count], *why;
		BUF_SCOPED name = BUF_INIT;
		json_t *result;

		if (!is_broken(&b->cells[i]) || ++count > MOST)
			continue;
		result = class_book_result(b, i);
		why = json_string_value(json_object_get(result, "why"));
		words_add_line(&name, student);
		fprintf(out, "ipclab: broken: %s: %s: %s\n", buf_text(&name),
			b->exercises[i % b->exercise_count]->id, why ? why : "no reason is known");
		json_decref(result);
	}
	if (count > MOST)
		fprintf(out, "ipclab: and %zu more are broken: results.csv says each reason\n",
			count - MOST);
}
