/* A class, as results come in: see class.h. */
#include "config.h"

#include "lab/report/class.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/class_sheet.h"
#include "lab/report/words.h"

enum {
	WORDS_MOST = 3,  /* failed checks that a cell tells of */
	LINE_MOST = 240, /* bytes of each */
	MISTAKES_MOST =
		60, /* of one class in one exercise; what is more is none of the common ones */
	EXAMPLES_MOST = 12, /* of one mistake */
	REFUSED_MOST = 16,  /* of one result */
};

struct report_class *report_class_new(const struct report_person *people, size_t person_count,
	const struct exercise *const *exercises, size_t exercise_count)
{
	struct report_class *c = lab_xmalloc(sizeof(*c));

	*c = (struct report_class){
		.students = lab_xmalloc((person_count + 1) * sizeof(*c->students)),
		.student_count = person_count,
		.exercises = lab_xmalloc((exercise_count + 1) * sizeof(*c->exercises)),
		.exercise_count = exercise_count,
		.cells = lab_xmalloc((person_count * exercise_count + 1) * sizeof(*c->cells)),
	};
	for (size_t i = 0; i < person_count; i++)
		c->students[i] = (struct class_student){.person = &people[i]};
	for (size_t i = 0; i < exercise_count; i++)
		c->exercises[i] = (struct class_exercise){.exercise = exercises[i]};
	return c;
}

static void mistake_done(struct class_mistake *m)
{
	for (size_t i = 0; i < m->example_count; i++) {
		free(m->examples[i].file);
		free(m->examples[i].source);
	}
	free(m->examples);
	free(m->words);
	free(m->key);
}

void report_class_free(struct report_class *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->student_count * c->exercise_count; i++) {
		free(c->cells[i].words);
		free(c->cells[i].work);
	}
	for (size_t i = 0; i < c->exercise_count; i++) {
		for (size_t k = 0; k < c->exercises[i].check_count; k++)
			free(c->exercises[i].checks[k].name);
		free(c->exercises[i].checks);
		for (size_t k = 0; k < c->exercises[i].starter_count; k++)
			free(c->exercises[i].starters[k]);
		free(c->exercises[i].starters);
	}
	for (size_t i = 0; i < c->mistake_count; i++)
		mistake_done(&c->mistakes[i]);
	free(c->mistakes);
	for (size_t i = 0; i < c->refused_count; i++) {
		free(c->refused[i].refusal.what);
		free(c->refused[i].refusal.why);
		free(c->refused[i].refusal.file);
	}
	free(c->refused);
	free(c->cells);
	free(c->exercises);
	free(c->students);
	free(c);
}

const char *class_state_name(enum cell_state state)
{
	static const char *const names[] = {
		[CELL_NONE] = "not graded",
		[CELL_PASS] = "pass",
		[CELL_FAIL] = "fail",
		[CELL_MISSING] = "missing",
		[CELL_BROKEN] = "broken",
	};

	return names[state];
}

/* ---- words ---- */

static char *copy(const char *text)
{
	return text ? lab_xstrdup(text) : NULL;
}

/* The first sentence or line of a message, cut between characters where it is long. */
static char *first_line(const char *text)
{
	struct buf b = BUF_INIT;
	size_t len;

	words_add(&b, text, true);
	len = strcspn(buf_text(&b), "\n");
	if (len > LINE_MOST) {
		len = LINE_MOST;
		while (len > 0 && ((unsigned char)b.data[len] & 0xc0) == 0x80)
			len--;
		b.len = len;
		buf_puts(&b, "...");
	} else {
		b.len = len;
	}
	return buf_take(&b);
}

/* Pids, descriptors and counts differ from student to student; the mistake is the same. */
static char *without_numbers(const char *words)
{
	struct buf b = BUF_INIT;

	for (const char *p = words; *p; p++) {
		if (*p >= '0' && *p <= '9') {
			buf_putc(&b, '#');
			p += strspn(p, "0123456789") - 1;
		} else {
			buf_putc(&b, *p);
		}
	}
	return buf_take(&b);
}

/* A line of source without the white space around it. */
static char *trimmed(const char *source)
{
	size_t len;

	source += strspn(source, " \t");
	for (len = strlen(source); len > 0 && strchr(" \t\r\n", source[len - 1]);)
		len--;
	return lab_xprintf("%.*s", (int)len, source);
}

/* ---- mistakes ---- */

static struct class_mistake *find_mistake(
	struct report_class *c, size_t exercise, enum verdict_class class, const char *words)
{
	LAB_FREE char *key = without_numbers(words);
	size_t alike = 0;

	for (size_t i = 0; i < c->mistake_count; i++) {
		struct class_mistake *m = &c->mistakes[i];

		if (m->exercise != exercise || m->class != class)
			continue;
		alike++;
		if (strcmp(m->key, key) == 0)
			return m;
	}
	if (alike >= MISTAKES_MOST)
		return NULL;
	c->mistakes = lab_xrealloc(c->mistakes, (c->mistake_count + 1) * sizeof(*c->mistakes));
	c->mistakes[c->mistake_count] = (struct class_mistake){.class = class,
		.exercise = exercise,
		.words = lab_xstrdup(words),
		.key = lab_xstrdup(key),
		.last = c->student_count};
	return &c->mistakes[c->mistake_count++];
}

static void add_example(struct class_mistake *m, const char *file, int line, const char *source)
{
	LAB_FREE char *shown = source ? trimmed(source) : NULL;

	if (!shown || !*shown)
		return;
	for (size_t i = 0; i < m->example_count; i++) {
		if (strcmp(m->examples[i].source, shown) == 0) {
			m->examples[i].count++;
			return;
		}
	}
	if (m->example_count >= EXAMPLES_MOST)
		return;
	m->examples = lab_xrealloc(m->examples, (m->example_count + 1) * sizeof(*m->examples));
	m->examples[m->example_count++] = (struct class_example){
		.file = copy(file), .source = lab_xstrdup(shown), .line = line, .count = 1};
}

static void add_mistake(struct report_class *c, size_t person, size_t exercise,
	enum verdict_class class, const char *words, const char *file, int line, const char *source)
{
	LAB_FREE char *line_one = first_line(words);
	struct class_mistake *m = find_mistake(c, exercise, class, line_one);

	c->students[person].classes |= UINT32_C(1) << class;
	if (!m || m->last == person)
		return; /* several checks may show the same mistake of one student */
	m->last = person;
	m->students++;
	add_example(m, file, line, source);
}

static void add_mistakes(
	struct report_class *c, size_t person, size_t exercise, const struct report *r)
{
	for (size_t i = 0; i < r->check_count; i++) {
		const struct check_result *k = &r->checks[i];

		if (k->verdict == VERDICT_FAIL)
			add_mistake(c, person, exercise, k->class, k->message ? k->message : "",
				k->file, k->line, k->source);
	}
	if (r->check_count)
		return;
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const struct report_diagnostic *d = &r->diagnostics[i];

		if (strcmp(d->severity, "error") != 0)
			continue;
		add_mistake(
			c, person, exercise, CLASS_COMPILE, d->text, d->file, d->line, d->source);
		return; /* what follows the first error often follows from it */
	}
}

/* ---- checks ---- */

static struct class_check *find_check(struct class_exercise *e, const char *name)
{
	for (size_t i = 0; i < e->check_count; i++)
		if (strcmp(e->checks[i].name, name) == 0)
			return &e->checks[i];
	e->checks = lab_xrealloc(e->checks, (e->check_count + 1) * sizeof(*e->checks));
	e->checks[e->check_count] = (struct class_check){.name = lab_xstrdup(name)};
	return &e->checks[e->check_count++];
}

static void add_checks(struct class_exercise *e, const struct report *r)
{
	for (size_t i = 0; i < r->check_count; i++) {
		const struct check_result *k = &r->checks[i];
		struct class_check *check;

		if (k->verdict == VERDICT_BROKEN)
			continue;
		check = find_check(e, k->name);
		check->passed += k->verdict == VERDICT_PASS;
		check->failed += k->verdict == VERDICT_FAIL;
		check->by_class[k->class] += k->verdict == VERDICT_FAIL;
	}
}

/* ---- what the sandbox refused ---- */

static void add_refused(
	struct report_class *c, size_t person, size_t exercise, const struct report *r)
{
	size_t count = r->refused_count < REFUSED_MOST ? r->refused_count : REFUSED_MOST;

	if (!count)
		return;
	c->refused = lab_xrealloc(c->refused, (c->refused_count + count) * sizeof(*c->refused));
	for (size_t i = 0; i < count; i++) {
		const struct refusal *from = &r->refused[i];

		c->refused[c->refused_count++] = (struct class_refusal){person, exercise,
			{.what = lab_xstrdup(from->what),
				.why = lab_xstrdup(from->why),
				.file = copy(from->file),
				.line = from->line,
				.times = from->times}};
	}
}

/* ---- cells ---- */

static char *cell_words(const struct report *r)
{
	CASES_SCOPED cases = {0};
	struct buf b = BUF_INIT;
	size_t told = 0;

	report_cases_init(&cases, r);
	for (size_t i = 0; i < cases.count; i++) {
		const struct report_case *k = &cases.list[i];
		LAB_FREE char *line = first_line(k->message);

		if (k->kind != CASE_FAIL || told++ >= WORDS_MOST)
			continue;
		buf_printf(&b, "%s%s (%s): %s", b.len ? "\n" : "", k->name, k->class, line);
	}
	if (told > WORDS_MOST)
		buf_printf(&b, "\nand %zu more", told - WORDS_MOST);
	return buf_take(&b);
}

static enum cell_state state_of(const struct report *r)
{
	static const enum cell_state states[] = {
		[VERDICT_PASS] = CELL_PASS,
		[VERDICT_FAIL] = CELL_FAIL,
		[VERDICT_BROKEN] = CELL_BROKEN,
	};

	return r->missing ? CELL_MISSING : states[r->verdict];
}

static char *why(const struct report *r, enum cell_state state)
{
	switch (state) {
	case CELL_FAIL:
		return cell_words(r);
	case CELL_MISSING:
		return first_line(r->missing);
	case CELL_BROKEN:
		return lab_xstrdup("the lab failed here, not the student");
	default:
		return NULL;
	}
}

void report_class_add(struct report_class *c, size_t person, size_t exercise,
	const struct report *r, double score, const char *work)
{
	struct class_cell *cell = &c->cells[person * c->exercise_count + exercise];
	struct class_student *student = &c->students[person];
	struct class_exercise *e = &c->exercises[exercise];
	enum cell_state state = state_of(r);

	*cell = (struct class_cell){state, score, why(r, state), copy(work)};
	student->of[state]++;
	e->of[state]++;
	add_refused(c, person, exercise, r);
	if (state == CELL_BROKEN)
		return;
	e->score += score;
	if (!student->totalled) {
		student->score += score;
		student->max_score += e->exercise->points;
	}
	if (state == CELL_MISSING)
		return;
	add_checks(e, r);
	if (state == CELL_FAIL)
		add_mistakes(c, person, exercise, r);
}

void report_class_starter(struct report_class *c, size_t exercise, const char *work)
{
	struct class_exercise *e = &c->exercises[exercise];

	e->starters = lab_xrealloc(e->starters, (e->starter_count + 1) * sizeof(*e->starters));
	e->starters[e->starter_count++] = copy(work);
}

void report_class_total(struct report_class *c, size_t person, double score, double max_score)
{
	struct class_student *s = &c->students[person];

	s->score = score;
	s->max_score = max_score;
	s->totalled = true;
}

/* ---- an order without names ---- */

/* Whose order is asked for: qsort has no room for it. */
static const struct report_class *ordered;

static int by_results(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	double shares[] = {class_student_share(&ordered->students[x]),
		class_student_share(&ordered->students[y])};

	if (shares[0] != shares[1])
		return shares[0] > shares[1] ? -1 : 1;
	for (size_t i = 0; i < ordered->exercise_count; i++) {
		const struct class_cell *p = class_cell(ordered, x, i),
					*q = class_cell(ordered, y, i);

		if (p->score != q->score)
			return p->score > q->score ? -1 : 1;
		if (p->state != q->state)
			return p->state < q->state ? -1 : 1;
	}
	return x < y ? -1 : 1; /* they are alike: nothing can be told from it */
}

size_t *class_by_results(const struct report_class *c)
{
	size_t *order = lab_xmalloc((c->student_count + 1) * sizeof(*order));

	for (size_t i = 0; i < c->student_count; i++)
		order[i] = i;
	ordered = c;
	qsort(order, c->student_count, sizeof(*order), by_results);
	ordered = NULL;
	return order;
}
