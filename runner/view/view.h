/*
 * What there is to see, as lines of styled text: made from a session, shown by screens, printable
 * without one. Each function adds to INTO, broken at its width.
 */
#ifndef RUNNER_VIEW_VIEW_H
#define RUNNER_VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/attempts.h"
#include "runner/session/session.h"
#include "runner/view/text.h"

/* Which exercises of the course are shown. */
enum view_show { VIEW_SHOW_ALL, VIEW_SHOW_OPEN, VIEW_SHOW_FAILING, VIEW_SHOW_COUNT };
struct view_filter {
	const char *word; /* in the id, the title or among what it uses, in whatever case; "": all
			   */
	enum view_show show;
};
/* "not passed"; NULL: all. */
const char *view_show_name(enum view_show show);
bool view_fits(const struct session *s, size_t exercise, const struct view_filter *filter);
/* The course by chapters. ROWS: for each line of INTO its exercise, or -1; the caller frees. */
void view_list(
	struct text *into, const struct session *s, const struct view_filter *filter, long **rows);
/* "1 of 4 passed, 3 of 12 points, 19 min left", or less of it: at most COLUMNS. */
void view_sum(struct styled *into, const struct session *s, int columns);

/* The text of the current exercise, and the hints that were taken. */
void view_task(struct text *into, const struct session *s);
/* The lesson of the chapter of exercise s->lesson. */
void view_lesson(struct text *into, const struct session *s);
/* The solution of the current exercise, which must be there (session_no_solution). */
void view_solution(struct text *into, const struct session *s);
/* The student's files beside it, line by line. */
void view_beside_solution(struct text *into, const struct session *s);
/* The verdict and the files of s->attempt; what has changed in the files since. */
void view_attempt(struct text *into, const struct session *s);
void view_since_attempt(struct text *into, const struct session *s);
/* The current exercise's verdict; OPENED: which of the failed checks is told in full, from 0. */
#define VIEW_ALL SIZE_MAX
void view_verdict(struct text *into, const struct session *s, size_t opened);
/* What the running check is at: "compiling", "check 3 of 7"; nothing if none runs. */
void view_progress(struct styled *into, const struct session *s);

/* What an outcome says, its diagnostics and checks. FILES: what was checked, or NULL: lines of it
 * are shown where a check failed. */
void view_outcome(
	struct text *into, const struct outcome *o, const struct submission *files, size_t opened);

/* Attempts, the latest first, a line each, numbered as they were made. */
void view_attempts(struct text *into, const struct attempts *a);
void view_attempt_files(struct text *into, const struct submission *files);

/* Two versions of an exercise's files. */
struct view_sides {
	const char *left_title, *right_title;
	const struct submission *left, *right;
	bool folded; /* equal lines far from others are left out */
};
/* BESIDE: side by side; at VIEW_BESIDE columns it begins to be of use. */
enum { VIEW_BESIDE = 72 };
void view_difference(struct text *into, const struct view_sides *sides, bool beside);

/* A state in a sign that needs no colour, and its style. */
const char *view_mark(enum work_state state);
enum style view_mark_style(enum work_state state);
/* PATH with ~ for the home folder; the caller frees. */
char *view_path(const char *path);

#endif
