/* The course by chapters: see view.h. What does not fit a narrow line is left out from the right.
 */
#include "config.h"

#include "runner/view/view.h"

#include <stdlib.h>
#include <string.h>

#include "runner/catalogue.h"

enum { WIDE = 70, MIDDLE = 50, NAME_MOST = 28 };

static const struct {
	const char *utf8, *ascii;
	enum style style;
} marks[WORK_STATE_COUNT] = {
	[WORK_NEW] = {"\u00b7", "..", STYLE_FAINT},
	[WORK_FAILING] = {"\u2717", "XX", STYLE_BAD},
	[WORK_PASSING] = {"\u2713", "ok", STYLE_GOOD},
	[WORK_BROKEN] = {"!", "!!", STYLE_ODD},
};

const char *view_mark(enum work_state state)
{
	return text_sign(marks[state].utf8, marks[state].ascii);
}

enum style view_mark_style(enum work_state state)
{
	return marks[state].style;
}

char *view_path(const char *path)
{
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;

	if (n > 1 && strncmp(path, home, n) == 0 && (path[n] == '/' || !path[n]))
		return lab_xprintf("~%s", path + n);
	return lab_xstrdup(path);
}

const char *view_show_name(enum view_show show)
{
	static const char *const names[VIEW_SHOW_COUNT] = {
		[VIEW_SHOW_OPEN] = "not passed",
		[VIEW_SHOW_FAILING] = "failing",
	};

	return names[show];
}

static bool holds(const struct exercise *ex, const char *word)
{
	if (strcasestr(ex->id, word) || strcasestr(ex->title, word))
		return true;
	for (char **call = ex->api; call && *call; call++)
		if (strcasestr(*call, word))
			return true;
	return false;
}

bool view_fits(const struct session *s, size_t n, const struct view_filter *filter)
{
	enum work_state state = s->standings[n].state;

	if (filter->show == VIEW_SHOW_OPEN && state == WORK_PASSING)
		return false;
	if (filter->show == VIEW_SHOW_FAILING && state != WORK_FAILING)
		return false;
	return holds(s->course->exercises[n], filter->word);
}

static const char *name_of(const struct exercise *ex)
{
	const char *slash = strchr(ex->id, '/');

	return slash ? slash + 1 : ex->id;
}

static int name_width(const struct course *course, int width)
{
	int widest = 0, most = width / 3 < NAME_MOST ? width / 3 : NAME_MOST;

	for (size_t i = 0; i < course->count; i++) {
		int n = (int)strlen(name_of(course->exercises[i]));

		widest = n > widest ? n : widest;
	}
	return widest < most ? widest : most;
}

static char *right_part(const struct exercise *ex, enum work_state state, int width)
{
	if (width >= WIDE)
		return lab_xprintf("  %-9s %2d pt%c %3d min ", work_state_name(state), ex->points,
			ex->points == 1 ? ' ' : 's', ex->minutes);
	if (width >= MIDDLE)
		return lab_xprintf("  %2d pt %3d min ", ex->points, ex->minutes);
	return lab_xprintf(" %3d min ", ex->minutes);
}

static void add_exercise(struct text *into, const struct session *s, size_t n, int names)
{
	const struct exercise *ex = s->course->exercises[n];
	enum work_state state = s->standings[n].state;
	LAB_FREE char *right = right_part(ex, state, into->width);
	struct styled line = STYLED_INIT;
	int room = into->width - (int)strlen(right);

	styled_put(&line, STYLE_PLAIN, "  ");
	styled_put(&line, marks[state].style, view_mark(state));
	styled_pad(&line, STYLE_PLAIN, text_is_utf8() ? 4 : 5);
	if (into->width >= MIDDLE) {
		int end = styled_columns(&line) + names;

		styled_put(&line, STYLE_FAINT, name_of(ex));
		styled_cut(&line, end);
		styled_pad(&line, STYLE_PLAIN, end + 2);
	}
	styled_put(&line, STYLE_PLAIN, ex->title);
	styled_cut(&line, room);
	styled_pad(&line, STYLE_PLAIN, room);
	styled_put(&line, STYLE_FAINT, right);
	text_add(into, &line);
}

static void add_chapter(struct text *into, const struct session *s, const char *chapter)
{
	LAB_FREE char *title = catalogue_chapter_title(s->course, chapter);
	LAB_FREE char *right = NULL;
	struct styled line = STYLED_INIT;
	size_t all = 0, passed = 0, n = strlen(chapter);
	int room;

	for (size_t i = 0; i < s->course->count; i++) {
		if (strncmp(s->course->exercises[i]->id, chapter, n) != 0 ||
			s->course->exercises[i]->id[n] != '/')
			continue;
		all++;
		passed += s->standings[i].state == WORK_PASSING;
	}
	right = lab_xprintf(" %zu/%zu ", passed, all);
	room = into->width - (int)strlen(right);
	styled_put(&line, STYLE_HEADING, chapter);
	if (strcmp(title, chapter) != 0)
		styled_printf(&line, STYLE_HEADING, "  %s", title);
	styled_cut(&line, room);
	styled_pad(&line, STYLE_PLAIN, room);
	styled_put(&line, STYLE_FAINT, right);
	text_blank(into);
	text_add(into, &line);
}

static void note_rows(const struct text *into, long **rows, size_t from, long exercise)
{
	*rows = lab_xrealloc(*rows, (into->count + 1) * sizeof(**rows));
	while (from < into->count)
		(*rows)[from++] = exercise;
}

void view_list(
	struct text *into, const struct session *s, const struct view_filter *filter, long **rows)
{
	LAB_FREE char *last = lab_xstrdup("");
	int names = name_width(s->course, into->width);

	*rows = NULL;
	note_rows(into, rows, 0, -1);
	for (size_t i = 0; i < s->course->count; i++) {
		LAB_FREE char *chapter = catalogue_chapter(s->course->exercises[i]);
		size_t from = into->count;

		if (!view_fits(s, i, filter))
			continue;
		if (strcmp(chapter, last) != 0) {
			add_chapter(into, s, chapter);
			note_rows(into, rows, from, -1);
			free(last);
			last = lab_xstrdup(chapter);
			from = into->count;
		}
		add_exercise(into, s, i, names);
		note_rows(into, rows, from, (long)i);
	}
}

void view_sum(struct styled *into, const struct session *s, int columns)
{
	LAB_FREE char *whole = NULL;
	size_t passed = 0;
	int points = 0, all = 0, minutes = 0;

	for (size_t i = 0; i < s->course->count; i++) {
		const struct exercise *ex = s->course->exercises[i];

		all += ex->points;
		if (s->standings[i].state == WORK_PASSING) {
			passed++;
			points += ex->points;
		} else {
			minutes += ex->minutes;
		}
	}
	whole = lab_xprintf("%zu of %zu passed, %d of %d points, %d min left", passed,
		s->course->count, points, all, minutes);
	if ((int)strlen(whole) <= columns)
		styled_put(into, STYLE_BAR, whole);
	else
		styled_printf(into, STYLE_BAR, "%zu of %zu passed", passed, s->course->count);
}
