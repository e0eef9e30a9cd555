/*
 * The roster: a CSV file with a row a student. It says who is in the class and what everybody is
 * called; those who handed in nothing are students, too. What its columns are is told by its first
 * row, in the words of Moodle, Canvas and plain lists.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/when.h"
#include "runner/intake/csv_read.h"
#include "runner/intake/internal.h"

enum { ROSTER_MOST = 64 << 20 };

enum column { ID, NAME, FIRST, LAST, EMAIL, SUBMITTED, COLUMNS };

/* The earlier one wins where a file has several of a kind. */
static const struct {
	const char *title;
	enum column column;
} titles[] = {
	{"id", ID},
	{"student id", ID},
	{"identifier", ID},
	{"id number", ID},
	{"sid", ID},
	{"sis user id", ID},
	{"username", ID},
	{"name", NAME},
	{"full name", NAME},
	{"student", NAME},
	{"student name", NAME},
	{"first name", FIRST},
	{"given name", FIRST},
	{"last name", LAST},
	{"surname", LAST},
	{"family name", LAST},
	{"email", EMAIL},
	{"e-mail", EMAIL},
	{"email address", EMAIL},
	{"mail", EMAIL},
	{"submitted", SUBMITTED},
	{"submission time", SUBMITTED},
};
enum { TITLES = sizeof(titles) / sizeof(*titles) };

struct row {
	char *values[COLUMNS]; /* NULL: none */
	int64_t submitted;
	size_t line;
	bool taken;
};

struct roster {
	const char *path;
	size_t columns;  /* that the first row has */
	int at[COLUMNS]; /* the number of a column; -1: there is none */
	struct row *rows;
	size_t count;
};

/* ---- reading ---- */

static int read_titles(struct roster *r, const struct csv_row *row, struct lab_error *e)
{
	r->columns = row->fields.count;
	for (size_t i = 0; i < COLUMNS; i++)
		r->at[i] = -1;
	for (size_t t = 0; t < TITLES; t++)
		for (size_t i = 0; i < row->fields.count && r->at[titles[t].column] < 0; i++)
			if (strcasecmp(row->fields.names[i], titles[t].title) == 0)
				r->at[titles[t].column] = (int)i;
	if (r->at[NAME] >= 0 || r->at[ID] >= 0 || (r->at[FIRST] >= 0 && r->at[LAST] >= 0))
		return 0;
	return lab_fail(e, LAB_USAGE,
		"%s:%zu:1: the first row of a roster names its columns, and there is neither "
		"\"name\" "
		"nor \"id\"",
		r->path, row->line);
}

static int read_row(struct roster *r, const struct csv_row *from, struct lab_error *e)
{
	struct row row = {.line = from->line};

	if (from->fields.count != r->columns)
		return lab_fail(e, LAB_USAGE,
			"%s:%zu:1: this row has %zu fields, and the first has %zu", r->path,
			from->line, from->fields.count, r->columns);
	for (size_t i = 0; i < COLUMNS; i++)
		if (r->at[i] >= 0 && *from->fields.names[r->at[i]])
			row.values[i] = lab_xstrdup(from->fields.names[r->at[i]]);
	if (!row.values[NAME] && row.values[FIRST] && row.values[LAST])
		row.values[NAME] = lab_xprintf("%s %s", row.values[FIRST], row.values[LAST]);
	r->rows = lab_xrealloc(r->rows, (r->count + 1) * sizeof(*r->rows));
	r->rows[r->count++] = row;
	if (row.values[SUBMITTED] &&
		!when_read(row.values[SUBMITTED], &r->rows[r->count - 1].submitted))
		return lab_fail(e, LAB_USAGE,
			"%s:%zu:1: \"%s\" is no time; write it as 2026-03-01 23:59:00 +0100",
			r->path, from->line, row.values[SUBMITTED]);
	return 0;
}

static int read_roster(struct roster *r, struct lab_error *e)
{
	BUF_SCOPED text = BUF_INIT;
	struct csv csv;
	int status;

	if (file_read(r->path, &text, ROSTER_MOST, e) < 0) {
		if (e)
			e->kind = LAB_USAGE;
		return -1;
	}
	csv_open(&csv, r->path, buf_text(&text), text.len);
	do {
		CSV_ROW_SCOPED row;

		status = csv_next(&csv, &row, e);
		if (status > 0 && (r->columns ? read_row(r, &row, e) : read_titles(r, &row, e)) < 0)
			return -1;
	} while (status > 0);
	if (status == 0 && !r->columns)
		return lab_fail(e, LAB_USAGE, "%s: it is empty", r->path);
	return status;
}

static void roster_done(struct roster *r)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < COLUMNS; k++)
			free(r->rows[i].values[k]);
	free(r->rows);
}

/* ---- whose row is it ---- */

/* Letters and digits alone, as Canvas makes names of files of names. */
static char *plain(const char *text)
{
	struct buf out = BUF_INIT;

	for (; *text; text++)
		if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80)
			buf_putc(&out, (char)tolower((unsigned char)*text));
	return buf_take(&out);
}

static bool alike(const char *a, const char *b)
{
	LAB_FREE char *x = plain(a);
	LAB_FREE char *y = plain(b);

	return *x && strcmp(x, y) == 0;
}

/* "Ada Lovelace" is "lovelaceada" as well, and so is "Lovelace, Ada" "Ada Lovelace". */
static bool is_turned(const char *name, const char *key)
{
	const char *comma = strchr(name, ','), *space = comma ? comma : strrchr(name, ' ');
	LAB_FREE char *turned =
		space ? lab_xprintf("%s %.*s", space + 1, (int)(space - name), name) : NULL;

	return turned && alike(turned, key);
}

static bool has_id(const struct row *row, const char *id)
{
	static const char participant[] = "Participant "; /* Moodle's sheets */
	const char *own = row->values[ID];

	if (!own || !id)
		return false;
	if (strncmp(own, participant, strlen(participant)) == 0)
		own += strlen(participant);
	return strcmp(own, id) == 0;
}

static bool has_mail(const struct row *row, const char *key)
{
	const char *own = row->values[EMAIL];
	size_t len = own ? strcspn(own, "@") : 0;

	return own && (strcasecmp(own, key) == 0 ||
			      (len && strlen(key) == len && strncasecmp(own, key, len) == 0));
}

static bool fits(const struct row *row, const struct intake_student *s, bool by_id)
{
	if (by_id)
		return has_id(row, s->id) || has_id(row, s->name) ||
		       (s->email && has_mail(row, s->email));
	return has_mail(row, s->name) ||
	       (row->values[NAME] && (alike(row->values[NAME], s->name) ||
					     is_turned(row->values[NAME], s->name)));
}

/* The only row that fits; NULL: none, or several, and then *RIVAL is one more. */
static struct row *row_of(
	const struct roster *r, const struct intake_student *s, const struct row **rival)
{
	*rival = NULL;
	for (int by_name = 0; by_name < 2; by_name++) {
		struct row *found = NULL;

		for (size_t i = 0; i < r->count; i++) {
			if (!fits(&r->rows[i], s, !by_name))
				continue;
			if (found)
				*rival = &r->rows[i];
			else
				found = &r->rows[i];
		}
		if (found)
			return found;
	}
	return NULL;
}

static void apply(struct row *row, struct intake_student *s)
{
	row->taken = true;
	intake_replace(&s->name, row->values[NAME] ? row->values[NAME] : row->values[ID]);
	intake_replace(&s->id, row->values[ID]);
	intake_replace(&s->email, row->values[EMAIL]);
	s->official = true;
	if (row->submitted)
		s->submitted = row->submitted;
}

static void match(struct intake *in, const struct roster *r)
{
	size_t handed_in = in->count;

	for (size_t i = 0; i < handed_in; i++) {
		struct intake_student *s = &in->students[i];
		const struct row *rival;
		struct row *row = row_of(r, s, &rival);

		if (rival)
			intake_note(&in->notes,
				"\"%s\" (%s) may be line %zu or line %zu of %s: graded under the "
				"name "
				"it has",
				s->name, s->source, row->line, rival->line, r->path);
		else if (!row)
			intake_note(&in->notes,
				"\"%s\" (%s) is in no row of %s: graded under the name it has",
				s->name, s->source, r->path);
		else
			apply(row, s);
	}
	for (size_t i = 0; i < r->count; i++)
		if (!r->rows[i].taken)
			apply(&r->rows[i], students_new(in, "", NULL, NULL));
}

int roster_apply(struct intake *in, const char *path, struct lab_error *e)
{
	struct roster r = {.path = path};
	int status = read_roster(&r, e);

	if (status == 0)
		match(in, &r);
	roster_done(&r);
	return status < 0 ? lab_wrap(e, "grade: --roster") : 0;
}
