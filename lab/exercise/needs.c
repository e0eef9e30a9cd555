/*
 * What an exercise needs: other exercises, which exist, and which do not need it themselves.
 */
#include "config.h"

#include <string.h>

#include "lab/base/buf.h"
#include "lab/exercise/marks.h"

enum colour { WHITE, GREY, BLACK }; /* not seen, on the path, done (CLRS, depth-first search) */

struct walk {
	const struct course *course;
	const struct marks *marks;
	unsigned char *colour;
	size_t *path; /* the exercises on the way, in order */
	size_t depth;
	struct lab_error *e;
};

static size_t index_of(const struct course *c, const char *id)
{
	size_t i = 0;

	while (i < c->count && strcmp(c->exercises[i]->id, id) != 0)
		i++;
	return i;
}

static int fail_cycle(struct walk *w, size_t from, size_t to, const char *need)
{
	BUF_SCOPED chain = BUF_INIT;
	size_t start = 0;

	while (w->path[start] != to)
		start++;
	for (size_t i = start; i < w->depth; i++)
		buf_printf(&chain, "%s -> ", w->course->exercises[w->path[i]]->id);
	buf_puts(&chain, need);
	return marks_fail(&w->marks[from], need, w->e,
		"needs go round (%s), expected an order in which they can be done",
		buf_text(&chain));
}

static int visit(struct walk *w, size_t at)
{
	const struct exercise *ex = w->course->exercises[at];

	w->colour[at] = GREY;
	w->path[w->depth++] = at;
	for (size_t i = 0; ex->needs[i] != NULL; i++) {
		size_t to = index_of(w->course, ex->needs[i]);

		if (to == w->course->count)
			return marks_fail(&w->marks[at], ex->needs[i], w->e,
				"needs \"%s\", expected the id of an exercise of this course",
				ex->needs[i]);
		if (w->colour[to] == GREY)
			return fail_cycle(w, at, to, ex->needs[i]);
		if (w->colour[to] == WHITE && visit(w, to) < 0)
			return -1;
	}
	w->depth--;
	w->colour[at] = BLACK;
	return 0;
}

int needs_check(const struct course *c, const struct marks *marks, struct lab_error *e)
{
	LAB_FREE unsigned char *colour = lab_xmalloc(c->count + 1);
	LAB_FREE size_t *path = lab_xmalloc((c->count + 1) * sizeof(*path));
	struct walk w = {c, marks, colour, path, 0, e};

	for (size_t i = 0; i < c->count; i++)
		if (colour[i] == WHITE && visit(&w, i) < 0)
			return -1;
	return 0;
}
