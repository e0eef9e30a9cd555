/* The results of a class on disk: see book.h. The tables are in table.c. */
#include "config.h"

#include "runner/class/book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/sha256.h"
#include "lab/report/words.h"

int class_book_open(struct class_book *b, const char *dir, char *const *students,
	size_t student_count, const struct exercise *const *exercises, size_t exercise_count,
	struct lab_error *e)
{
	*b = (struct class_book){.dir = lab_xstrdup(dir),
		.lock = -1,
		.students = students,
		.student_count = student_count,
		.exercises = exercises,
		.exercise_count = exercise_count,
		.results = lab_xmalloc(student_count * exercise_count * sizeof(json_t *))};
	if (path_mkdirs(dir, 0777, e) < 0) {
		if (e)
			e->kind = LAB_USAGE;
		return lab_wrap(e, "grade: --out");
	}
	b->lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->lock < 0)
		return lab_fail_errno(e, LAB_USAGE, "grade: --out \"%s\"", dir);
	if (flock(b->lock, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return lab_fail(e, LAB_USAGE,
			"grade: another grading is writing into \"%s\"; wait for it, or name "
			"another folder",
			dir);
	if (access(dir, W_OK | X_OK) < 0)
		return lab_fail_errno(e, LAB_USAGE, "grade: write into \"%s\"", dir);
	return 0;
}

void class_book_done(struct class_book *b)
{
	for (size_t i = 0; b->results && i < b->student_count * b->exercise_count; i++)
		json_decref(b->results[i]);
	free(b->results);
	fd_close(&b->lock);
	free(b->dir);
	*b = (struct class_book){.lock = -1};
}

/* What is not plain becomes %HH, so that no two become the same; of what is too long then, the
 * beginning and a checksum are left, behind "%-", which no other has. */
char *class_book_file_name(const char *student)
{
	enum { MOST = 200, KEPT = 160 };
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-.@+";
	struct buf name = BUF_INIT;
	char hex[SHA256_HEX];
	struct sha256 sum;

	for (const char *p = student; *p; p++)
		if (strchr(plain, *p) && (p != student || !strchr("-.", *p)))
			buf_putc(&name, *p);
		else
			buf_printf(&name, "%%%02X", (unsigned char)*p);
	if (name.len <= MOST)
		return buf_take(&name);
	sha256_init(&sum);
	sha256_add(&sum, student, strlen(student));
	sha256_hex(&sum, hex);
	name.len = KEPT;
	buf_printf(&name, "%%-%.32s", hex);
	return buf_take(&name);
}

static char *result_path(const struct class_book *b, size_t cell)
{
	LAB_FREE char *student = class_book_file_name(b->students[cell / b->exercise_count]);

	return lab_xprintf("%s/results/%s/%s.json", b->dir, student,
		b->exercises[cell % b->exercise_count]->id);
}

static const char *text_at(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

bool class_book_recall(struct class_book *b, size_t cell, const char *key)
{
	LAB_FREE char *path = result_path(b, cell);
	json_t *saved = json_load_file(path, 0, NULL);

	if (!saved || json_integer_value(json_object_get(saved, "schema")) != CLASS_BOOK_SCHEMA ||
		strcmp(text_at(saved, "key"), key) != 0 ||
		strcmp(text_at(saved, "state"), "broken") == 0) {
		json_decref(saved);
		return false;
	}
	json_decref(b->results[cell]);
	b->results[cell] = saved;
	return true;
}

/* Names and complaints may hold any bytes; JSON holds UTF-8. */
static json_t *safe_string(const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	if (!text)
		return json_null();
	words_add(&safe, text, true);
	return json_stringn(buf_text(&safe), safe.len);
}

static int save(const struct class_book *b, size_t cell, struct lab_error *e)
{
	LAB_FREE char *path = result_path(b, cell);
	LAB_FREE char *text = json_dumps(b->results[cell], JSON_COMPACT);
	LAB_FREE char *dir = lab_xstrdup(path);

	*strrchr(dir, '/') = '\0';
	if (path_mkdirs(dir, 0777, e) < 0)
		return -1;
	return file_write(path, text, strlen(text), 0644, e);
}

int class_book_enter(struct class_book *b, size_t cell, const char *key, const char *state,
	double score, json_t *report, const char *why, struct lab_error *e)
{
	const struct exercise *ex = b->exercises[cell % b->exercise_count];

	json_decref(b->results[cell]);
	b->results[cell] = json_pack("{s:i, s:s, s:o, s:s, s:s, s:f, s:i, s:o, s:o}", "schema",
		CLASS_BOOK_SCHEMA, "key", key, "student",
		safe_string(b->students[cell / b->exercise_count]), "exercise", ex->id, "state",
		state, "score", score, "max_score", ex->points, "why", safe_string(why), "report",
		report ? report : json_null());
	return save(b, cell, e);
}

const char *class_book_state(const struct class_book *b, size_t cell)
{
	return b->results[cell] ? text_at(b->results[cell], "state") : NULL;
}

size_t class_book_count(const struct class_book *b, const char *state)
{
	size_t n = 0;

	for (size_t i = 0; i < b->student_count * b->exercise_count; i++)
		n += b->results[i] && strcmp(class_book_state(b, i), state) == 0;
	return n;
}
