/* The results of a class: see book.h. The tables are in table.c. */
#include "config.h"

#include "runner/class/book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/report/words.h"

/* A record lock, which ends with the process that has it: no worker inherits it. The file stays. */
static int lock_folder(struct class_book *b, struct lab_error *e)
{
	LAB_FREE char *file = path_join(b->dir, ".lock");
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	b->lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (b->lock < 0)
		return lab_fail_errno(e, LAB_USAGE, "grade: write into \"%s\"", b->dir);
	if (fcntl(b->lock, F_SETLK, &whole) == 0 || (errno != EAGAIN && errno != EACCES))
		return 0; /* or a file system without such locks: SQLite has its own */
	return lab_fail(e, LAB_USAGE,
		"grade: another grading is writing into \"%s\"; wait for it, or name another "
		"folder",
		b->dir);
}

int class_book_open(struct class_book *b, const char *dir, struct lab_error *e)
{
	LAB_FREE char *path = path_join(dir, "gradebook.db");

	*b = (struct class_book){.dir = lab_xstrdup(dir), .lock = -1};
	if (path_mkdirs(dir, 0777, e) < 0) {
		if (e)
			e->kind = LAB_USAGE;
		return lab_wrap(e, "grade: --out");
	}
	if (lock_folder(b, e) < 0)
		return -1;
	b->kept = gradebook_open(path, e);
	return b->kept ? 0 : lab_wrap(e, "grade");
}

void class_book_seat(struct class_book *b, char *const *students, size_t student_count,
	const struct exercise *const *exercises, size_t exercise_count)
{
	b->students = students;
	b->student_count = student_count;
	b->exercises = exercises;
	b->exercise_count = exercise_count;
	b->cells = lab_xmalloc((student_count * exercise_count + 1) * sizeof(*b->cells));
}

void class_book_done(struct class_book *b)
{
	for (size_t i = 0; b->cells && i < b->student_count * b->exercise_count; i++)
		free(b->cells[i].why);
	free(b->cells);
	free(b->refused);
	gradebook_close(b->kept);
	fd_close(&b->lock);
	free(b->dir);
	*b = (struct class_book){.lock = -1};
}

int class_book_write(struct class_book *b, struct lab_error *e)
{
	return class_book_write_tables(b, e) < 0 ? -1 : class_book_write_reports(b, e);
}

int class_book_finish(struct class_book *b, struct lab_error *e)
{
	struct gradebook *kept = b->kept;

	b->kept = NULL;
	return gradebook_finish(kept, e);
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

/* ---- cells ---- */

static void set_state(struct class_cell *cell, const char *state)
{
	snprintf(cell->state, sizeof(cell->state), "%s", state);
}

int class_book_hand_in(
	struct class_book *b, size_t cell, const char *key, int64_t time, struct lab_error *e)
{
	struct class_cell *c = &b->cells[cell];
	struct gradebook_submission s = {
		.student = b->students[cell / b->exercise_count],
		.exercise = b->exercises[cell % b->exercise_count]->id,
		.key = key,
		.time = time,
	};
	struct gradebook_mark mark;

	if (gradebook_hand_in(b->kept, &s, e) < 0 || gradebook_mark(b->kept, key, &mark, e) < 0)
		return -1;
	snprintf(c->key, sizeof(c->key), "%s", key);
	set_state(c, mark.state);
	c->score = mark.score;
	c->max_score =
		*mark.state ? mark.max_score : b->exercises[cell % b->exercise_count]->points;
	c->time = time;
	return 0;
}

int class_book_miss(
	struct class_book *b, size_t cell, const char *state, const char *why, struct lab_error *e)
{
	struct class_cell *c = &b->cells[cell];
	struct gradebook_submission s = {
		.student = b->students[cell / b->exercise_count],
		.exercise = b->exercises[cell % b->exercise_count]->id,
		.state = state,
		.why = why,
	};

	set_state(c, state);
	c->max_score = b->exercises[cell % b->exercise_count]->points;
	c->why = lab_xstrdup(why);
	return gradebook_hand_in(b->kept, &s, e);
}

int class_book_enter(struct class_book *b, const size_t *cells, size_t count, const char *state,
	double score, const char *report, const char *why, struct lab_error *e)
{
	const struct exercise *ex = b->exercises[cells[0] % b->exercise_count];
	struct gradebook_result result = {
		.key = b->cells[cells[0]].key,
		.exercise = ex->id,
		.state = state,
		.score = score,
		.max_score = ex->points,
		.why = why,
		.report = report,
	};

	for (size_t i = 0; i < count; i++) {
		struct class_cell *c = &b->cells[cells[i]];

		set_state(c, state);
		c->score = score;
		c->max_score = ex->points;
	}
	return gradebook_enter(b->kept, &result, e);
}

void class_book_recall(struct class_book *b, size_t cell, const struct gradebook_submission *s,
	const struct gradebook_result *r)
{
	struct class_cell *c = &b->cells[cell];
	const char *state = s->key ? r->state : s->state;

	snprintf(c->key, sizeof(c->key), "%s", s->key ? s->key : "");
	set_state(c, state ? state : "");
	c->score = s->key ? r->score : 0;
	c->max_score =
		s->key && state ? r->max_score : b->exercises[cell % b->exercise_count]->points;
	c->time = s->time;
	c->why = s->key ? NULL : lab_xstrdup(s->why);
}

const char *class_book_state(const struct class_book *b, size_t cell)
{
	return *b->cells[cell].state ? b->cells[cell].state : NULL;
}

size_t class_book_count(const struct class_book *b, const char *state)
{
	size_t n = 0;

	for (size_t i = 0; i < b->student_count * b->exercise_count; i++)
		n += strcmp(b->cells[i].state, state) == 0;
	return n;
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

json_t *class_book_result(const struct class_book *b, size_t cell)
{
	const struct class_cell *c = &b->cells[cell];
	LAB_FREE char *why = NULL;
	LAB_FREE char *text = NULL;
	struct lab_error e = {0};
	json_t *report;

	if (!*c->state)
		return NULL;
	if (*c->key && gradebook_read(b->kept, c->key, &why, &text, &e) < 0)
		why = lab_xstrdup(e.text);
	report = text ? json_loads(text, 0, NULL) : NULL;
	return json_pack("{s:s, s:f, s:f, s:o, s:o}", "state", c->state, "score", c->score,
		"max_score", c->max_score, "why", safe_string(*c->key ? why : c->why), "report",
		report ? report : json_null());
}
