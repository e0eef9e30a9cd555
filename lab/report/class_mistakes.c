/* The most common mistakes of a class, by the class of a verdict: what students did, in which
 * exercise, and lines of theirs that show it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/class_page.h"
#include "lab/report/html.h"

enum { ROWS_MOST = 6, LINES_MOST = 3 };

static const char *const explained[CLASS_COUNT] = {
	[CLASS_OUTPUT] = "It writes something else than the task asks for.",
	[CLASS_EXIT] = "It ends with another status than the task asks for.",
	[CLASS_DEADLOCK] = "Processes wait for what can never come.",
	[CLASS_SCHEDULE] = "It works in one order of the processes, and fails in another.",
	[CLASS_RACE] = "Processes use the same memory, and nothing orders them: updates get lost.",
	[CLASS_LEAK] = "Something is left behind: zombies, processes, objects, descriptors.",
	[CLASS_FAULT] = "A call that fails goes unnoticed, or is answered in a wrong way.",
	[CLASS_TIME] = "It takes other times than the task asks for.",
	[CLASS_SPIN] = "It burns the processor instead of waiting.",
	[CLASS_CRASH] = "It is ended by a signal.",
	[CLASS_LIMIT] = "It uses more than it may have: memory, processes, output.",
	[CLASS_COMPILE] = "It does not build.",
	[CLASS_ANSWER] = "A prediction that the program does not bear out.",
	[CLASS_HANDLER] = "A signal handler does what handlers must not do.",
};

const char *class_page_explained(enum verdict_class class)
{
	return explained[class] ? explained[class] : "";
}

static size_t students_with(const struct report_class *c, enum verdict_class class)
{
	size_t n = 0;

	for (size_t i = 0; i < c->student_count; i++)
		n += (c->students[i].classes >> class) & 1;
	return n;
}

/* ---- orders ---- */

static int by_count(const void *a, const void *b)
{
	const struct class_example *x = *(const struct class_example *const *)a;
	const struct class_example *y = *(const struct class_example *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x < y ? -1 : 1; /* of one array */
}

static int by_students(const void *a, const void *b)
{
	const struct class_mistake *x = *(const struct class_mistake *const *)a;
	const struct class_mistake *y = *(const struct class_mistake *const *)b;

	if (x->students != y->students)
		return x->students > y->students ? -1 : 1;
	return x < y ? -1 : 1; /* of one array */
}

static int by_rank(const void *a, const void *b)
{
	const struct class_rank *x = a, *y = b;

	if (x->students != y->students)
		return x->students > y->students ? -1 : 1;
	return x->class < y->class ? -1 : x->class > y->class;
}

void class_page_ranks(const struct class_page *p, struct class_rank ranks[CLASS_COUNT])
{
	for (size_t i = 0; i < CLASS_COUNT; i++)
		ranks[i] = (struct class_rank){
			(enum verdict_class)i, students_with(p->c, (enum verdict_class)i)};
	qsort(ranks, CLASS_COUNT, sizeof(*ranks), by_rank);
}

/* ---- one mistake ---- */

static void put_lines(const struct class_page *p, const struct class_mistake *m)
{
	const struct class_example **list = lab_xmalloc((m->example_count + 1) * sizeof(*list));

	for (size_t i = 0; i < m->example_count; i++)
		list[i] = &m->examples[i];
	qsort(list, m->example_count, sizeof(*list), by_count);
	for (size_t i = 0; i < m->example_count && i < LINES_MOST; i++) {
		buf_puts(p->into, i ? "<br/><code>" : "<code>");
		class_page_text(p, list[i]->source);
		buf_puts(p->into, "</code>");
		if (list[i]->count > 1)
			buf_printf(p->into, " <small>\u00d7\u00a0%zu</small>", list[i]->count);
	}
	free(list);
}

static void put_mistake(const struct class_page *p, const struct class_mistake *m)
{
	buf_printf(p->into, "<tr><td class=\"n\">%zu</td><td>", m->students);
	html_put(p->into, p->c->exercises[m->exercise].exercise->id);
	buf_puts(p->into, "</td><td class=\"words\">");
	class_page_text(p, m->words);
	buf_puts(p->into, "</td><td class=\"lines\">");
	put_lines(p, m);
	buf_puts(p->into, "</td></tr>\n");
}

/* ---- one class ---- */

static void put_class(const struct class_page *p, const struct class_rank *r)
{
	const struct report_class *c = p->c;
	const struct class_mistake **list = lab_xmalloc((c->mistake_count + 1) * sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < c->mistake_count; i++)
		if (c->mistakes[i].class == r->class)
			list[count++] = &c->mistakes[i];
	qsort(list, count, sizeof(*list), by_students);
	buf_printf(p->into, "<h3 id=\"mistake-%s\">%s: %zu %s, ", verdict_class_name(r->class),
		verdict_class_name(r->class), r->students,
		r->students == 1 ? "student" : "students");
	class_page_percent(p, class_share((double)r->students, (double)c->student_count));
	buf_printf(p->into,
		"</h3>\n<p>%s</p>\n<div class=\"wide\">\n<table class=\"mistakes\">\n"
		"<thead>\n<tr><th scope=\"col\" class=\"n\">Students</th><th scope="
		"\"col\">Exercise</th><th scope=\"col\">What the lab said</th><th "
		"scope=\"col\">Lines of theirs</th></tr>\n</thead>\n<tbody>\n",
		class_page_explained(r->class));
	for (size_t i = 0; i < count && i < ROWS_MOST; i++)
		put_mistake(p, list[i]);
	buf_puts(p->into, "</tbody>\n</table>\n</div>\n");
	if (count > ROWS_MOST)
		buf_printf(p->into, "<p>%zu more of this kind, none of them more common.</p>\n",
			count - ROWS_MOST);
	free(list);
}

void class_page_mistakes(const struct class_page *p)
{
	struct class_rank list[CLASS_COUNT];

	class_page_ranks(p, list);
	if (list[0].students == 0)
		buf_puts(p->into, "<p>There are none.</p>\n");
	for (size_t i = 0; i < CLASS_COUNT && list[i].students; i++)
		put_class(p, &list[i]);
}
