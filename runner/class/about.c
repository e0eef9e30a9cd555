/* What is known of a class besides its book: see about.h. */
#include "config.h"

#include "runner/class/about.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "runner/class/book.h"
#include "runner/class/key.h"
#include "runner/intake/intake.h"

char *class_about_page(const char *student)
{
	LAB_FREE char *name = class_book_file_name(student);
	struct buf address = BUF_INIT;

	buf_puts(&address, "feedback/");
	for (const char *p = name; *p; p++)
		if (*p == '%')
			buf_puts(&address, "%25");
		else
			buf_putc(&address, *p);
	buf_puts(&address, ".html");
	return buf_take(&address);
}

/* ---- into the book ---- */

static int keep_starter(
	struct class_book *b, const struct exercise *ex, const char *base, struct lab_error *e)
{
	char work[SHA256_HEX], key[SHA256_HEX];

	if (!intake_sum_folder(ex->folder, work))
		return 0;
	class_key(base, work, key);
	return gradebook_begin_with(b->kept, ex->id, key, e);
}

/* Both lists are in the same order. */
struct leaving {
	const struct class_book *book;
	size_t next;
	char **gone;
	size_t count;
};

static void look_who_left(void *context, const struct gradebook_person *p)
{
	struct leaving *l = context;

	while (l->next < l->book->student_count &&
		strcmp(l->book->students[l->next], p->student) < 0)
		l->next++;
	if (l->next < l->book->student_count && strcmp(l->book->students[l->next], p->student) == 0)
		return;
	l->gone = lab_xrealloc(l->gone, (l->count + 1) * sizeof(*l->gone));
	l->gone[l->count++] = lab_xstrdup(p->student);
}

/* Who was called otherwise before, or is in the class no longer. */
static int let_go(struct class_book *b, struct lab_error *e)
{
	struct leaving leaving = {.book = b};
	int status = gradebook_people(b->kept, look_who_left, &leaving, e);

	for (size_t i = 0; i < leaving.count; i++) {
		if (status == 0)
			status = gradebook_leave(b->kept, leaving.gone[i], e);
		free(leaving.gone[i]);
	}
	free(leaving.gone);
	return status;
}

int class_about_keep(struct class_book *b, const struct intake *in, const char (*bases)[SHA256_HEX],
	struct lab_error *e)
{
	int status = gradebook_begin(b->kept, e);

	if (status == 0)
		status = let_go(b, e);
	for (size_t i = 0; i < in->count && status == 0; i++) {
		const struct intake_student *s = &in->students[i];
		struct gradebook_person p = {s->name, s->id, s->email, s->official && s->id};

		status = gradebook_know(b->kept, &p, e);
	}
	for (size_t i = 0; i < in->exercise_count && status == 0; i++)
		status = keep_starter(b, in->exercises[i], bases[i], e);
	return status == 0 ? gradebook_commit(b->kept, e) : -1;
}

/* ---- and out of it ---- */

/* The book's people are its students, in the same order. */
struct recalling {
	const struct class_book *book;
	struct class_about *about;
	size_t next;
};

/* A platform's own number is of use to that platform alone; of those whose numbers come here only
 * Canvas takes it back. */
static void take_person(void *context, const struct gradebook_person *p)
{
	struct recalling *r = context;
	struct report_person *into;

	into = &r->about->people[r->next++];
	into->email = lab_xstrdup(p->email);
	into->number = p->official ? lab_xstrdup(p->id) : NULL;
	into->canvas_id = p->official ? NULL : lab_xstrdup(p->id);
}

static void take_starter(void *context, const char *exercise, const char *key)
{
	struct recalling *r = context;
	struct class_about *a = r->about;

	for (size_t i = 0; i < r->book->exercise_count; i++) {
		if (strcmp(r->book->exercises[i]->id, exercise) != 0)
			continue;
		a->starters =
			lab_xrealloc(a->starters, (a->starter_count + 1) * sizeof(*a->starters));
		a->starters[a->starter_count].exercise = i;
		snprintf(a->starters[a->starter_count++].key, SHA256_HEX, "%s", key);
	}
}

int class_about_init(
	struct class_about *a, const struct class_book *b, bool anonymous, struct lab_error *e)
{
	struct recalling r = {.book = b, .about = a};

	*a = (struct class_about){
		.people = lab_xmalloc((b->student_count + 1) * sizeof(*a->people)),
		.count = b->student_count,
		.anonymous = anonymous,
	};
	for (size_t i = 0; i < a->count; i++) {
		a->people[i].name = b->students[i];
		a->people[i].feedback = class_about_page(b->students[i]);
	}
	if (gradebook_people(b->kept, take_person, &r, e) < 0)
		return -1;
	return gradebook_starters(b->kept, take_starter, &r, e);
}

void class_about_done(struct class_about *a)
{
	for (size_t i = 0; i < a->count; i++) {
		free((char *)a->people[i].email);
		free((char *)a->people[i].number);
		free((char *)a->people[i].canvas_id);
		free((char *)a->people[i].feedback);
	}
	free(a->people);
	free(a->starters);
	*a = (struct class_about){0};
}
