/* What the page of a class tells below its heat map, but for the mistakes (class_mistakes.c). */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/class_page.h"
#include "lab/report/html.h"
#include "lab/report/words.h"

enum { BINS = 10, HARDEST_MOST = 30 };

/* ---- distribution ---- */

static void put_bin(const struct class_page *p, size_t bin, size_t count, size_t most)
{
	struct class_bar bar = {"count", class_share((double)count, (double)most)};

	buf_printf(p->into,
		"<tr><th scope=\"row\">%zu\u2013%zu\u00a0%%</th><td class=\"n\">%zu</td>"
		"<td class=\"long\">",
		bin * 100 / BINS, (bin + 1) * 100 / BINS, count);
	class_page_bar(p, &bar, 1);
	buf_puts(p->into, "</td></tr>\n");
}

void class_page_distribution(const struct class_page *p)
{
	size_t bins[BINS] = {0}, most = 0;

	for (size_t i = 0; i < p->c->student_count; i++) {
		double share = class_student_share(&p->c->students[i]);
		size_t bin = share >= 1 ? BINS - 1 : share <= 0 ? 0 : (size_t)(share * BINS);

		bins[bin]++;
	}
	for (size_t i = 0; i < BINS; i++)
		most = bins[i] > most ? bins[i] : most;
	buf_puts(p->into,
		"<table class=\"bars\">\n<caption>Of the points that there are; a bound "
		"counts to the upper row, 100 % to the last.</caption>\n<thead>\n<tr><th "
		"scope=\"col\">Reached</th><th scope=\"col\" class=\"n\">Students</th><th "
		"scope=\"col\"></th></tr>\n</thead>\n<tbody>\n");
	for (size_t i = BINS; i-- > 0;)
		put_bin(p, i, bins[i], most);
	buf_puts(p->into, "</tbody>\n</table>\n");
}

/* ---- exercises ---- */

static void put_exercise(const struct class_page *p, const struct class_exercise *e)
{
	static const struct {
		const char *kind;
		enum cell_state state;
	} parts[] = {{"pass", CELL_PASS}, {"fail", CELL_FAIL}, {"missing", CELL_MISSING},
		{"broken", CELL_BROKEN}};
	enum { PARTS = sizeof(parts) / sizeof(parts[0]) };
	struct class_bar bars[PARTS];

	buf_puts(p->into, "<tr><th scope=\"row\">");
	html_put(p->into, e->exercise->id);
	buf_printf(p->into, "</th><td class=\"n\">%d</td>", class_percent(class_exercise_share(e)));
	for (size_t i = 0; i < PARTS; i++) {
		size_t count = e->of[parts[i].state];

		bars[i] = (struct class_bar){
			parts[i].kind, class_share((double)count, (double)p->c->student_count)};
		buf_printf(p->into, "<td class=\"n\">%zu</td>", count);
	}
	buf_puts(p->into, "<td class=\"long\">");
	class_page_bar(p, bars, PARTS);
	buf_puts(p->into, "</td></tr>\n");
}

/* A row of headings; those with NUMBERS are sorted by number. */
static void put_headings(const struct class_page *p, const char *const *names, const char *numbers)
{
	buf_puts(p->into, "<thead>\n<tr>");
	for (size_t i = 0; names[i]; i++) {
		if (*names[i])
			class_page_column(p, numbers[i] == 'n' ? "n" : NULL, i, "");
		else
			buf_puts(p->into, "<th scope=\"col\">");
		buf_printf(p->into, "%s</th>", names[i]);
	}
	buf_puts(p->into, "</tr>\n</thead>\n");
}

void class_page_exercises(const struct class_page *p)
{
	static const char *const names[] = {
		"Exercise", "Mean, %", "Passed", "Failed", "Missing", "Broken", "", NULL};

	buf_puts(p->into, "<div class=\"wide\">\n<table class=\"bars sorts\">\n");
	put_headings(p, names, "tnnnnnt");
	buf_puts(p->into, "<tbody>\n");
	for (size_t i = 0; i < p->c->exercise_count; i++)
		put_exercise(p, &p->c->exercises[i]);
	buf_puts(p->into, "</tbody>\n</table>\n</div>\n");
}

/* ---- hardest checks ---- */

struct hard {
	const struct class_exercise *exercise;
	const struct class_check *check;
	size_t number;
};

static double failed_share(const struct class_check *k)
{
	return class_share((double)k->failed, (double)(k->failed + k->passed));
}

static int by_failures(const void *a, const void *b)
{
	const struct hard *x = a, *y = b;
	double p = failed_share(x->check), q = failed_share(y->check);

	if (p != q)
		return p > q ? -1 : 1;
	if (x->check->failed != y->check->failed)
		return x->check->failed > y->check->failed ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

static size_t collect_hard(const struct report_class *c, struct hard **list)
{
	size_t count = 0;

	*list = NULL;
	for (size_t i = 0; i < c->exercise_count; i++) {
		const struct class_exercise *e = &c->exercises[i];

		*list = lab_xrealloc(*list, (count + e->check_count + 1) * sizeof(**list));
		for (size_t k = 0; k < e->check_count; k++) {
			if (e->checks[k].failed == 0)
				continue;
			(*list)[count] = (struct hard){e, &e->checks[k], count};
			count++;
		}
	}
	if (count)
		qsort(*list, count, sizeof(**list), by_failures);
	return count;
}

static const char *usual_class(const struct class_check *k)
{
	size_t usual = CLASS_NONE;

	for (size_t i = 0; i < CLASS_COUNT; i++)
		if (k->by_class[i] > k->by_class[usual])
			usual = i;
	return verdict_class_name((enum verdict_class)usual);
}

static void put_hard(const struct class_page *p, const struct hard *h)
{
	struct class_bar bar = {"fail", failed_share(h->check)};

	buf_puts(p->into, "<tr><th scope=\"row\">");
	html_put(p->into, h->check->name);
	buf_puts(p->into, "</th><td>");
	html_put(p->into, h->exercise->exercise->id);
	buf_printf(p->into,
		"</td><td>%s</td><td class=\"n\">%zu</td><td class=\"n\">%zu</td>"
		"<td class=\"n\">%d</td><td class=\"long\">",
		usual_class(h->check), h->check->failed, h->check->failed + h->check->passed,
		class_percent(bar.share));
	class_page_bar(p, &bar, 1);
	buf_puts(p->into, "</td></tr>\n");
}

void class_page_hardest(const struct class_page *p)
{
	static const char *const names[] = {
		"Check", "Exercise", "Mostly", "Failed", "Of", "%", "", NULL};
	struct hard *list;
	size_t count = collect_hard(p->c, &list);

	if (count == 0) {
		buf_puts(p->into, "<p>No check failed.</p>\n");
		free(list);
		return;
	}
	buf_puts(p->into, "<div class=\"wide\">\n<table class=\"bars sorts\">\n<caption>Of those "
			  "whose program was built and run.</caption>\n");
	put_headings(p, names, "tttnnnt");
	buf_puts(p->into, "<tbody>\n");
	for (size_t i = 0; i < count && i < HARDEST_MOST; i++)
		put_hard(p, &list[i]);
	buf_puts(p->into, "</tbody>\n</table>\n</div>\n");
	if (count > HARDEST_MOST)
		buf_printf(p->into, "<p>%zu more checks failed, none of them more often.</p>\n",
			count - HARDEST_MOST);
	free(list);
}

/* ---- identical submissions ---- */

/* The first of those who handed in the same as STUDENT. */
static size_t first_alike(const struct class_page *p, size_t exercise, size_t at)
{
	const char *work = class_cell(p->c, p->order[at], exercise)->work;

	for (size_t i = 0; i < at; i++) {
		const char *other = class_cell(p->c, p->order[i], exercise)->work;

		if (other && strcmp(other, work) == 0)
			return i;
	}
	return at;
}

static void put_alike(const struct class_page *p, size_t exercise, const size_t *first, size_t at)
{
	const struct class_cell *cell = class_cell(p->c, p->order[at], exercise);
	const char *between = "";

	buf_puts(p->into, "<tr><th scope=\"row\">");
	html_put(p->into, p->c->exercises[exercise].exercise->id);
	buf_printf(p->into, "</th><td>%s</td><td>", class_state_name(cell->state));
	for (size_t i = at; i < p->c->student_count; i++) {
		if (first[i] != at)
			continue;
		buf_puts(p->into, between);
		class_page_name(p, p->order[i]);
		between = ", ";
	}
	buf_puts(p->into, "</td></tr>\n");
}

static bool is_starter(const struct class_exercise *e, const char *work)
{
	for (size_t i = 0; i < e->starter_count; i++)
		if (strcmp(e->starters[i], work) == 0)
			return true;
	return false;
}

/* The groups of one exercise, into the table; how many. *STARTERS: who handed in what was there. */
static size_t put_groups(const struct class_page *p, size_t exercise, size_t *starters)
{
	size_t count = p->c->student_count, groups = 0;
	size_t *first = lab_xmalloc((count + 1) * sizeof(*first));
	size_t *members = lab_xmalloc((count + 1) * sizeof(*members));

	for (size_t i = 0; i < count; i++) {
		const char *work = class_cell(p->c, p->order[i], exercise)->work;
		bool begun = work && !is_starter(&p->c->exercises[exercise], work);

		*starters += work && !begun;
		first[i] = begun ? first_alike(p, exercise, i) : count;
		members[first[i]]++;
	}
	for (size_t i = 0; i < count; i++) {
		if (first[i] != i || members[i] < 2)
			continue;
		put_alike(p, exercise, first, i);
		groups++;
	}
	free(first);
	free(members);
	return groups;
}

void class_page_identical(const struct class_page *p)
{
	size_t starters = 0, groups = 0, before = p->into->len;

	buf_puts(p->into, "<table>\n<caption>The same files, byte for byte. That alone proves "
			  "nothing: the shortest right programs look alike.</caption>\n<thead>\n"
			  "<tr><th scope=\"col\">Exercise</th><th scope=\"col\">Verdict</th>"
			  "<th scope=\"col\">Students</th></tr>\n</thead>\n<tbody>\n");
	for (size_t i = 0; i < p->c->exercise_count; i++)
		groups += put_groups(p, i, &starters);
	if (groups == 0)
		p->into->len = before;
	buf_puts(p->into, groups ? "</tbody>\n</table>\n"
				 : "<p>No two students handed in the same files.</p>\n");
	if (starters)
		buf_printf(p->into,
			"<p>Not counted: %zu that were handed in as students get them.</p>\n",
			starters);
}
