/* What stands first on the page of a class: the exercise that was hardest, and the mistake that
 * most students made. The tables below have the rest. */
#include "config.h"

#include "lab/report/class_page.h"
#include "lab/report/html.h"

/* The mean of what those reached who handed it in: who did not begin says nothing of how hard it
 * is. */
static double reached(const struct class_exercise *e)
{
	return class_share(e->score, (double)class_graded(e) * e->exercise->points);
}

/* The one of which least was reached, the first of several; NULL: nobody lost a point. */
static const struct class_exercise *hardest(const struct report_class *c)
{
	const struct class_exercise *found = NULL;

	for (size_t i = 0; i < c->exercise_count; i++) {
		const struct class_exercise *e = &c->exercises[i];

		if (e->of[CELL_FAIL] && (!found || reached(e) < reached(found)))
			found = e;
	}
	return found;
}

void class_page_gist(const struct class_page *p)
{
	const struct class_exercise *hard = hardest(p->c);
	struct class_rank ranks[CLASS_COUNT];
	const char *name;

	class_page_ranks(p, ranks);
	if (!hard && !ranks[0].students)
		return;
	buf_puts(p->into, "<p id=\"gist\">");
	if (hard) {
		buf_puts(p->into, "Hardest was <a href=\"#hardest\">");
		html_put(p->into, hard->exercise->id);
		buf_printf(p->into,
			"</a>: %zu of %zu who handed it in passed, and on average they "
			"reached ",
			hard->of[CELL_PASS], class_graded(hard));
		class_page_percent(p, reached(hard));
		buf_puts(p->into, " of its points.");
	}
	if (hard && ranks[0].students)
		buf_putc(p->into, ' ');
	if (ranks[0].students) {
		name = verdict_class_name(ranks[0].class);
		buf_printf(p->into,
			"The most common mistake was <a href=\"#mistake-%s\">%s</a>, made by %zu "
			"of %zu students: %s",
			name, name, ranks[0].students, p->c->student_count,
			class_page_explained(ranks[0].class));
	}
	buf_puts(p->into, "</p>\n");
}
