/* Verifying while one writes: see watch.h. */
#include "config.h"

#include "runner/verify/watch.h"

#include <stdio.h>
#include <unistd.h>

#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/interrupt.h"
#include "runner/verify/rebuild.h"

struct watch {
	const char *course, *dir; /* the option, or NULL; where it lies */
	verify_names *verify;
	void *context;
	struct saved saved;
};

/* A course that cannot be loaded is told of by who verifies. */
static int rebuild_named(const struct watch *w, const char *name, struct lab_error *e)
{
	struct lab_error ignored = {0};
	CATALOGUE_SCOPED *course = catalogue_open(w->course, &ignored);
	const struct exercise *ex = course ? course_find(course, name, &ignored) : NULL;

	return ex ? rebuild_judge(w->dir, ex->id, e) : 0;
}

static void say(const char *words)
{
	printf("-- %s\n", words);
	fflush(stdout);
}

/* What is wrong is told, and waits to be mended: only a signal, or a failure of ours, is the end.
 */
static int verify_saved(struct watch *w, char *const *names, size_t count, struct lab_error *e)
{
	struct lab_error wrong = {0};
	int status = 0;

	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[2J\033[3J", stdout);
	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? ", " : "-- verifying ", names[i]);
	puts("");
	fflush(stdout);
	for (size_t i = 0; i < count && status == 0; i++)
		status = rebuild_named(w, names[i], &wrong);
	if (status == 0)
		status = w->verify(w->context, names, count, &w->saved, &wrong);
	if (interrupt_signal() || (status == -1 && wrong.kind == LAB_UNSUPPORTED)) {
		*e = wrong;
		return -1;
	}
	if (status == VERIFY_VAIN) {
		say("saved again: begun anew");
		return 0;
	}
	if (status == -1)
		puts(wrong.text);
	say("waiting until something is saved; Ctrl-C ends");
	return 0;
}

static int begin(struct watch *w, char *const *names, size_t count, struct lab_error *e)
{
	if (count > 0)
		return verify_saved(w, names, count, e);
	say("waiting until an exercise is saved; Ctrl-C ends");
	return 0;
}

int verify_watch(const char *course, verify_names *verify, void *context, char *const *names,
	size_t count, struct lab_error *e)
{
	struct watch w = {
		.course = course,
		.dir = course ? course : lab_course_dir(),
		.verify = verify,
		.context = context,
		.saved = {.fd = -1},
	};
	int cancel_fd = interrupt_open(e);
	int status = cancel_fd < 0 ? -1 : saved_open(&w.saved, w.dir, e);

	if (status == 0)
		status = begin(&w, names, count, e);
	while (status == 0) {
		struct saved_ids ids = {0};

		status = saved_next(&w.saved, cancel_fd, &ids, e);
		if (status <= 0)
			break;
		status = verify_saved(&w, ids.list, ids.count, e);
		saved_ids_done(&ids);
	}
	saved_done(&w.saved);
	return status;
}
