/*
 * Calls in signal handlers that are not async-signal-safe: which are seen, of whom, at which line,
 * and that the program does what it would do anyway. Each row runs tests/golden/handlers/calls.c
 * with one word; a line of it is named by the comment at its end.
 */
#include "config.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/event/event.h"
#include "lab/run/run.h"
#include "lab/verdict/verdict.h"
#include "tests/unit/real_run.h"

#define PROGRAM "calls"
#define SOURCE  ABS_TOP_SRCDIR "/tests/golden/handlers/" PROGRAM ".c"
#define TWICE   "before\nafter\n"

static const struct row {
	const char *word;
	const char *calls; /* "TASK NAME SIGNAL HANDLER LINE" of each, "; " between */
	const char *output;
	int status;
} rows[] = {
	/* Without a word the handler only sets a flag; main() prints before and after it. */
	{"", "", TWICE, 0},
	{"safe", "", "before\nsafe\nafter\n", 0},

	/* Arguments reach the function as they are, however many. */
	{"printf", "t1 printf SIGUSR1 on_usr1 printf", "before\n1 2 3 4 5 6 7.5\nafter\n", 0},
	{"puts", "t1 puts SIGUSR1 on_usr1 puts", "before\nfixed\nafter\n", 0},
	{"putchar", "t1 putchar SIGUSR1 on_usr1 putchar", "before\n\nafter\n", 0},
	{"vfprintf", "t1 vfprintf SIGUSR1 on_usr1 vfprintf", "before\n1 two 3.5\nafter\n", 0},
	{"pointer", "t1 printf SIGUSR1 on_usr1 pointer", "before\n1\nafter\n", 0},
	{"snprintf", "t1 snprintf SIGUSR1 on_usr1 snprintf", TWICE, 0},
	{"perror", "t1 perror SIGUSR1 on_usr1 perror", TWICE, 0},
	{"warn", "t1 warnx SIGUSR1 on_usr1 warn", TWICE, 0},
	{"fflush", "t1 fflush SIGUSR1 on_usr1 fflush", TWICE, 0},
	{"exit", "t1 exit SIGUSR1 on_usr1 exit", "before\n", 3},
	{"malloc", "t1 malloc SIGUSR1 on_usr1 malloc", TWICE, 0},
	{"free", "t1 free SIGUSR1 on_usr1 free", TWICE, 0},
	{"strdup", "t1 strdup SIGUSR1 on_usr1 strdup", TWICE, 0},
	{"strsignal", "t1 strsignal SIGUSR1 on_usr1 strsignal", TWICE, 0},
	{"localtime", "t1 localtime SIGUSR1 on_usr1 localtime", TWICE, 0},
	{"strtok", "t1 strtok SIGUSR1 on_usr1 strtok", TWICE, 0},
	{"mq_unlink", "t1 mq_unlink SIGUSR1 on_usr1 mq_unlink", TWICE, 0},

	/* Those that have markers of their own. */
	{"sem_trywait", "t1 sem_trywait SIGUSR1 on_usr1 sem_trywait", TWICE, 0},
	{"mutex",
		"t1 pthread_mutex_lock SIGUSR1 on_usr1 lock; "
		"t1 pthread_mutex_unlock SIGUSR1 on_usr1 unlock",
		TWICE, 0},

	/* Through a function of the library that calls back. */
	{"qsort", "t1 qsort SIGUSR1 on_usr1 qsort; t1 printf SIGUSR1 on_usr1 compare",
		"before\n1\nafter\n", 0},

	/* The last thing that it does; the handler itself, which has no line of the student's. */
	{"tail", "t1 psignal SIGUSR1 on_tail tail", TWICE, 1},
	{"handler-is-exit", "t1 exit SIGUSR1 - -", "before\n", SIGUSR1},

	/* Which handler: of a signal that came in a handler, on another stack, in another task. */
	{"nested", "t1 puts SIGUSR1 on_usr1 puts; t1 puts SIGUSR2 on_usr2 outer",
		"before\nfixed\nouter\nafter\n", 0},
	{"own-stack", "t1 printf SIGUSR1 on_usr1 printf", "before\n1 2 3 4 5 6 7.5\nafter\n", 0},
	{"thread", "t2 puts SIGUSR1 on_usr1 puts", "before\nfixed\nafter\n", 0},
	{"fork", "t2 puts SIGUSR1 on_usr1 fork", "before\nafter\n", 0},

	/* siglongjmp() leaves a handler: what comes then is in none, deep or not. */
	{"jump", "", "before\n10 left\nafter\n", 0},
	{"jump-deep", "", "before\n10 left\nafter\n", 0},
	{"own-stack-jump", "", "before\n10 left\nafter\n", 0},

	/* A function of the program's own may be called like one of the library's. */
	{"own-function", "", "before\nown\nafter\n", 0},
};

static char *built;
static struct buf source;

static void list_calls(const struct event_log *log, struct buf *into)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		LAB_FREE char *comment = real_comment(source.data, e->place.line);
		const char *handler = event_text(e, "handler");

		if (e->kind == EVENT_UNSAFE)
			buf_printf(into, "%st%d %s %s %s %s", into->len ? "; " : "", e->task,
				e->name, event_text(e, "sig"), handler ? handler : "-", comment);
	}
}

static int exit_status(const struct event_log *log)
{
	for (size_t i = log->count; i-- > 0;)
		if (log->events[i]->task == 1 && log->events[i]->kind == EVENT_EXIT)
			return (int)event_int(log->events[i], "status", 999);
	return 999;
}

START_TEST(unsafe_calls_are_seen)
{
	const struct row *row = &rows[_i];
	const char *argv[] = {PROGRAM, row->word, NULL};
	struct run *run = real_run(built, PROGRAM, argv, (struct run_request){0});
	const char *printed = buf_text(run_output(run, 1));
	BUF_SCOPED calls = BUF_INIT;

	list_calls(run_log(run), &calls);
	ck_assert_msg(strcmp(buf_text(&calls), row->calls) == 0,
		"%s: the log says \"%s\", not \"%s\"", row->word, buf_text(&calls), row->calls);
	ck_assert_msg(strcmp(printed, row->output) == 0, "%s: printed \"%s\", not \"%s\"",
		row->word, printed, row->output);
	ck_assert_msg(exit_status(run_log(run)) == row->status, "%s: ended with %d, not %d",
		row->word, exit_status(run_log(run)), row->status);
	run_free(run);
}
END_TEST

/* The message without what differs when a line is added to the program or another seed is drawn. */
static void plain(const char *message, struct buf *into)
{
	static const struct {
		const char *before, *instead;
	} numbers[] = {{"calls ", "PID"}, {"calls.c:", "LINE"}};

	while (*message) {
		size_t skip = 0;

		for (size_t i = 0; i < 2 && !skip; i++) {
			size_t len = strlen(numbers[i].before);

			if (strncmp(message, numbers[i].before, len) != 0)
				continue;
			buf_printf(into, "%s%s", numbers[i].before, numbers[i].instead);
			skip = len + strspn(message + len, "0123456789");
		}
		if (!skip)
			buf_putc(into, *message);
		message += skip ? skip : 1;
	}
	buf_putc(into, '\0');
}

START_TEST(the_words_say_who_what_where_and_why)
{
	static const struct {
		const char *word, *words;
	} texts[] = {
		{"safe", NULL},
		{"exit",
			"calls PID called exit in its handler of SIGUSR1, on_usr1() at "
			"calls.c:LINE. exit is not async-signal-safe: it runs the functions of "
			"atexit() and writes out what stdio holds, perhaps in the middle of the "
			"printf() that the signal has interrupted. _exit(2) ends a process without "
			"that.\n\n"},
		{"puts", "calls PID called puts in its handler of SIGUSR1, on_usr1() at "
			 "calls.c:LINE. (Compilers also make puts of a printf() of a fixed line.) "
			 "puts is not async-signal-safe: it works on a buffer and a lock that "},
		{"mutex",
			" The same goes for pthread_mutex_unlock at calls.c:LINE.\n\nThe signal "},
		{"handler-is-exit", "calls PID called exit in its handler of SIGUSR1. exit is not "
				    "async-signal-safe: "},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *argv[] = {PROGRAM, texts[i].word, NULL};
		struct run *run = real_run(built, PROGRAM, argv, (struct run_request){0});
		struct findings found;
		BUF_SCOPED text = BUF_INIT;

		verdict_handlers(run_log(run), &found);
		ck_assert_uint_eq(found.count, texts[i].words != NULL);
		if (found.count) {
			ck_assert_int_eq(found.list[0].class, CLASS_HANDLER);
			plain(found.list[0].message, &text);
			ck_assert_msg(strstr(text.data, texts[i].words) != NULL,
				"%s: \"%s\" does not say \"%s\"", texts[i].word, text.data,
				texts[i].words);
		}
		findings_done(&found);
		run_free(run);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("handlers");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	built = real_build_source(&folder, PROGRAM, SOURCE, false, &source);
	if (!built)
		return 99;
	tcase_add_loop_test(tcase, unsafe_calls_are_seen, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tcase, the_words_say_who_what_where_and_why);
	status = real_main("handlers", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(built);
	buf_done(&source);
	return status;
}
