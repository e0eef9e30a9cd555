/* What is known of a class besides its book: see about.h. */
#include "config.h"

#include "runner/class/about.h"

#include <stdlib.h>

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

/* A platform's own number is of use to that platform alone; of those whose numbers come here only
 * Canvas takes it back. */
static struct report_person person_of(const struct intake_student *s)
{
	return (struct report_person){
		.name = s->name,
		.email = s->email,
		.number = s->official ? s->id : NULL,
		.canvas_id = s->official ? NULL : s->id,
		.feedback = class_about_page(s->name),
	};
}

void class_about_init(struct class_about *a, const struct intake *in,
	const char (*bases)[SHA256_HEX], bool anonymous)
{
	*a = (struct class_about){
		.people = lab_xmalloc((in->count + 1) * sizeof(*a->people)),
		.count = in->count,
		.starters = lab_xmalloc((in->exercise_count + 1) * sizeof(*a->starters)),
		.anonymous = anonymous,
	};
	for (size_t i = 0; i < in->count; i++)
		a->people[i] = person_of(&in->students[i]);
	for (size_t i = 0; i < in->exercise_count; i++) {
		char work[SHA256_HEX];

		a->starters[i][0] = '\0';
		if (intake_sum_folder(in->exercises[i]->folder, work))
			class_key(bases[i], work, a->starters[i]);
	}
}

void class_about_done(struct class_about *a)
{
	for (size_t i = 0; i < a->count; i++)
		free((char *)a->people[i].feedback);
	free(a->people);
	free(a->starters);
	*a = (struct class_about){0};
}
