/*
 * A class for a terminal. A student is one row: points, a sign for each exercise, the name. Of many
 * students only those are shown whom staff will look for first: what is broken, then who reached
 * least; the others are in the files. Below that a row an exercise.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/class_sheet.h"
#include "lab/report/words.h"

enum {
	POINTS_WIDTH = 12, /* "123.5/130" and what stands between it and the signs */
	NAME_LEAST = 16,   /* columns that a name has at least */
	BAR_WIDTH = 20,
};

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define FAINT  "\033[2m"
#define PLAIN  "\033[0m"

struct paper {
	struct buf *into;
	const struct report_class *c;
	bool colour;
	int width;
	size_t first, last; /* the exercises of this block */
};

static void put_in(const struct paper *p, const char *colour, const char *text)
{
	buf_printf(p->into, "%s%s%s", p->colour ? colour : "", text, p->colour ? PLAIN : "");
}

/* ---- which exercises fit ---- */

static bool begins_chapter(const struct report_class *c, size_t i)
{
	const char *id = c->exercises[i].exercise->id;

	return i == 0 || strncmp(id, c->exercises[i - 1].exercise->id, strcspn(id, "/") + 1) != 0;
}

/* The end of the block that begins at FIRST: a column each, one more before a chapter. */
static size_t block_end(const struct paper *p, size_t first)
{
	int room = p->width - POINTS_WIDTH - NAME_LEAST, used = 0;
	size_t i = first;

	for (; i < p->c->exercise_count; i++) {
		used += 1 + (i > first && begins_chapter(p->c, i));
		if (used > room && i > first)
			break;
	}
	return i;
}

/* ---- heads ---- */

/* What stands above an exercise in a row of heads: a digit of the chapter's number where a chapter
 * begins, or of its own. */
enum head { CHAPTER_TENS, CHAPTER_UNITS, EXERCISE_TENS, EXERCISE_UNITS, HEADS };

static char head_sign(const struct paper *p, enum head row, size_t i)
{
	const char *id = p->c->exercises[i].exercise->id, *slash = strchr(id, '/');
	bool own = row >= EXERCISE_TENS, units = row == CHAPTER_UNITS || row == EXERCISE_UNITS;
	const char *number = own ? (slash ? slash + 1 : "") : id;
	char sign = *number && units ? number[1] : *number;

	if (!own && i > p->first && !begins_chapter(p->c, i))
		return ' ';
	return sign && !(sign == '0' && !units) ? sign : ' ';
}

static void put_head(const struct paper *p, enum head row)
{
	static const char *const before[HEADS] = {
		[CHAPTER_UNITS] = "chapter", [EXERCISE_UNITS] = "exercise"};
	BUF_SCOPED line = BUF_INIT;
	LAB_FREE char *shown = NULL;

	buf_printf(&line, "%9s   ", before[row] ? before[row] : "");
	for (size_t i = p->first; i < p->last; i++) {
		if (i > p->first && begins_chapter(p->c, i))
			buf_putc(&line, ' ');
		buf_putc(&line, head_sign(p, row, i));
	}
	while (line.len && line.data[line.len - 1] == ' ')
		line.len--;
	if (line.len == 0)
		return;
	shown = buf_take(&line);
	put_in(p, FAINT, shown);
	buf_putc(p->into, '\n');
}

/* ---- rows of students ---- */

static void put_sign(const struct paper *p, const struct class_cell *cell)
{
	switch (cell->state) {
	case CELL_PASS:
		put_in(p, GREEN, "+");
		break;
	case CELL_FAIL:
		put_in(p, cell->score > 0 ? YELLOW : RED, cell->score > 0 ? "~" : "x");
		break;
	case CELL_MISSING:
		put_in(p, FAINT, ".");
		break;
	case CELL_BROKEN:
		put_in(p, RED, "!");
		break;
	default:
		buf_putc(p->into, ' ');
	}
}

/* On one line, cut to ROOM columns. */
static void put_name(const struct paper *p, const char *name, int room)
{
	BUF_SCOPED safe = BUF_INIT;
	int columns = 0;

	words_add_line(&safe, name);
	for (size_t i = 0; i < safe.len; i++) {
		bool starts = ((unsigned char)safe.data[i] & 0xc0) != 0x80;

		if (starts && columns == room - 1 && i + 1 < safe.len) {
			buf_puts(p->into, "\u2026");
			return;
		}
		columns += starts;
		buf_putc(p->into, safe.data[i]);
	}
}

static int put_signs(const struct paper *p, size_t student)
{
	int used = 0;

	for (size_t i = p->first; i < p->last; i++) {
		if (i > p->first && begins_chapter(p->c, i)) {
			buf_putc(p->into, ' ');
			used++;
		}
		put_sign(p, class_cell(p->c, student, i));
		used++;
	}
	return used;
}

static void put_student(const struct paper *p, size_t student)
{
	const struct class_student *s = &p->c->students[student];
	LAB_FREE char *got = words_points(s->score), *most = words_points(s->max_score);
	LAB_FREE char *points = lab_xprintf("%s/%s", got, most);
	int used;

	buf_printf(p->into, "%9s   ", points);
	used = put_signs(p, student);
	buf_puts(p->into, "  ");
	put_name(p, s->person->name, p->width ? p->width - POINTS_WIDTH - used - 2 : 1 << 20);
	buf_putc(p->into, '\n');
}

/* ---- whom to show ---- */

static const struct report_class *ordered; /* qsort has no room for it */

static int by_need(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	const struct class_student *p = &ordered->students[x], *q = &ordered->students[y];
	double shares[] = {class_student_share(p), class_student_share(q)};

	if (!p->of[CELL_BROKEN] != !q->of[CELL_BROKEN])
		return p->of[CELL_BROKEN] ? -1 : 1;
	if (shares[0] != shares[1])
		return shares[0] < shares[1] ? -1 : 1;
	return x < y ? -1 : 1;
}

static int by_number(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

/* COUNT of them, in the order of their names. */
static size_t *choose(const struct report_class *c, size_t count)
{
	size_t *list = lab_xmalloc((c->student_count + 1) * sizeof(*list));

	for (size_t i = 0; i < c->student_count; i++)
		list[i] = i;
	if (count >= c->student_count)
		return list;
	ordered = c;
	qsort(list, c->student_count, sizeof(*list), by_need);
	ordered = NULL;
	qsort(list, count, sizeof(*list), by_number);
	return list;
}

static void put_students(struct paper *p, size_t rows)
{
	size_t count = rows && rows < p->c->student_count ? rows : p->c->student_count;
	size_t *list = choose(p->c, count);

	for (p->first = 0; p->first < p->c->exercise_count; p->first = p->last) {
		p->last = p->width ? block_end(p, p->first) : p->c->exercise_count;
		if (p->first)
			buf_putc(p->into, '\n');
		for (int row = 0; row < HEADS; row++)
			put_head(p, (enum head)row);
		for (size_t i = 0; i < count; i++)
			put_student(p, list[i]);
	}
	if (count < p->c->student_count)
		buf_printf(p->into,
			"%9s   and %zu more, of whom none reached less or has anything broken\n",
			"...", p->c->student_count - count);
	free(list);
}

/* ---- rows of exercises ---- */

static void put_bar(const struct paper *p, double share)
{
	int full = (int)(share * BAR_WIDTH + 0.5);

	for (int i = 0; i < BAR_WIDTH; i++)
		buf_puts(p->into, i < full ? "#" : " ");
}

static void put_exercise(const struct paper *p, const struct class_exercise *e)
{
	double share = class_exercise_share(e);

	buf_printf(p->into, "%5d%%  %5zu  %5zu  %7zu  %6zu  ", class_percent(share),
		e->of[CELL_PASS], e->of[CELL_FAIL], e->of[CELL_MISSING], e->of[CELL_BROKEN]);
	if (p->width == 0 || p->width >= 100) {
		put_bar(p, share);
		buf_puts(p->into, "  ");
	}
	put_name(p, e->exercise->id, p->width ? p->width - 42 : 1 << 20);
	buf_putc(p->into, '\n');
}

void report_class_text(
	struct buf *into, const struct report_class *c, bool colour, int width, size_t rows)
{
	static const char head[] = "  mean   pass   fail  missing  broken  exercise";
	static const char wide_head[] =
		"  mean   pass   fail  missing  broken                        exercise";
	struct paper p = {.into = into, .c = c, .colour = colour, .width = width};

	if (c->exercise_count == 0 || c->student_count == 0)
		return;
	put_students(&p, rows);
	put_in(&p, FAINT, "  + passed  ~ some points  x none  . missing  ! broken: the lab failed");
	buf_puts(into, "\n\n");
	put_in(&p, FAINT, p.width == 0 || p.width >= 100 ? wide_head : head);
	buf_putc(into, '\n');
	for (size_t i = 0; i < c->exercise_count; i++)
		put_exercise(&p, &c->exercises[i]);
}
