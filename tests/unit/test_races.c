/*
 * Races in shared memory, from the compiler's callbacks to the log. Each row runs
 * tests/golden/races/memory.c with one word; a line of it is named by the comment at its end. What
 * is a race and what is none is told by tests/races, at length; here it is how its uses are seen.
 */
#include "config.h"

#include <check.h>
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

#define PROGRAM "memory"
#define SOURCE  ABS_TOP_SRCDIR "/tests/golden/races/" PROGRAM ".c"

static const struct row {
	const char *word;
	const char *races; /* "OBJECT AT+N: TASK KIND VALUE LINE, TASK KIND VALUE LINE" */
	const char *output;
} rows[] = {
	{"plain", "memory:1 0+8: t2 write 1 plain, t3 read 1 plain", "2\n"},
	{"volatile", "memory:1 8+8: t2 volatile-write 1 volatile, t3 volatile-read 1 volatile",
		"2\n"},
	{"atomic", "", "2\n"},
	{"bytes", "", "0\n"},
	{"wait", "", "1\n"},
	{"long-loop", "", "0\n"},

	/* Through functions of the library and calls of the kernel. */
	{"copy", "memory:1 48+16: t2 write -1 memset, t3 write -1 memcpy", "0\n"},
	{"strings", "memory:1 40+6: t2 write -1 strcpy, t3 read -1 from", "0\n"},
	{"prints", "memory:1 40+3: t2 write -1 sprintf, t3 read -1 fprintf", "0\n"},
	{"calls", "memory:1 42+2: t2 write 1684234849 read, t3 read -1 write", "0\n"},

	/* What is mapped at an address is not what was. */
	{"covered", "", "0\n"},
	{"moved", "memory:1 0+8: t2 write 0 moved, t3 write 1 moved", "1\n"},
	{"unmapped", "", "0\n"},
};

static char *built;
static struct buf source;

static void list_races(const struct event_log *log, struct buf *into)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		LAB_FREE char *comment = real_comment(source.data, e->place.line);

		if (e->kind == EVENT_RACE)
			buf_printf(into, "%s%s %d+%d", into->len ? "; " : "", event_text(e, "obj"),
				(int)event_int(e, "at", -1), (int)event_int(e, "n", -1));
		if (e->kind == EVENT_ACCESS)
			buf_printf(into, "%s t%d %s %d %s",
				log->events[i - 1]->kind == EVENT_RACE ? ":" : ",", e->task,
				e->name, (int)event_int(e, "value", -1), comment);
	}
}

START_TEST(races_are_in_the_log)
{
	const struct row *row = &rows[_i];
	const char *argv[] = {PROGRAM, row->word, NULL};
	struct run *run = real_run(built, PROGRAM, argv, (struct run_request){0});
	const char *printed = buf_text(run_output(run, 1));
	BUF_SCOPED races = BUF_INIT;

	list_races(run_log(run), &races);
	ck_assert_msg(strcmp(buf_text(&races), row->races) == 0,
		"%s: the log says \"%s\", not \"%s\"", row->word, buf_text(&races), row->races);
	ck_assert_msg(strcmp(printed, row->output) == 0, "%s: printed \"%s\", not \"%s\"",
		row->word, printed, row->output);
	run_free(run);
}
END_TEST

static char *output_under(const char *word, const char *schedule)
{
	const char *argv[] = {PROGRAM, word, NULL};
	struct run *run =
		real_run(built, PROGRAM, argv, (struct run_request){.schedule = schedule});
	char *text = lab_xstrdup(buf_text(run_output(run, 1)));

	run_free(run);
	return text;
}

/* Between the two halves of x++ another can go: under some schedule a change is lost, and it is
 * lost under that one each time. Where x is atomic it never is. */
START_TEST(a_lost_update_is_shown_by_its_schedule)
{
	unsigned lost = 0;

	for (unsigned seed = 1; seed <= 30; seed++) {
		LAB_FREE char *schedule = lab_xprintf("random:%u", seed);
		LAB_FREE char *plain = output_under("plain", schedule);
		LAB_FREE char *exact = output_under("atomic", schedule);

		ck_assert_str_eq(exact, "2\n");
		if (strcmp(plain, "2\n") == 0)
			continue;

		LAB_FREE char *again = output_under("plain", schedule);

		ck_assert_str_eq(plain, "1\n");
		ck_assert_str_eq(again, plain);
		lost++;
	}
	ck_assert_uint_ge(lost, 1);
}
END_TEST

/* The message of WORD's run, with LINE for the lines and PID for the pids. */
static void message_of(const char *word, enum verdict_class class, struct buf *into)
{
	const char *argv[] = {PROGRAM, word, NULL};
	struct run *run = real_run(built, PROGRAM, argv, (struct run_request){0});
	struct findings found;
	const char *at;

	verdict_findings(run_log(run), &found);
	ck_assert_uint_ge(found.count, 1);
	ck_assert_int_eq(found.list[0].class, class);
	for (at = found.list[0].message; *at;) {
		static const struct {
			const char *before, *instead;
		} numbers[] = {{"hild ", "PID"}, {"memory.c:", "LINE"}};
		size_t skip = 0;

		for (size_t i = 0; i < 2 && !skip; i++) {
			size_t len = strlen(numbers[i].before);

			if (strncmp(at, numbers[i].before, len) != 0)
				continue;
			buf_printf(into, "%s%s", numbers[i].before, numbers[i].instead);
			skip = len + strspn(at + len, "0123456789");
		}
		if (!skip)
			buf_putc(into, *at);
		at += skip ? skip : 1;
	}
	buf_putc(into, '\0');
	findings_done(&found);
	run_free(run);
}

START_TEST(the_words_say_who_what_where_and_why)
{
	static const struct {
		const char *word;
		enum verdict_class class;
		const char *words;
	} texts[] = {
		{"plain", CLASS_RACE,
			"A data race: two uses of the same memory, at least one of them a write, "
			"and nothing that makes one wait for the other. It is the shared memory "
			"made at memory.c:LINE, to which `shared` points, bytes 0 to 7.\n\n"
			"Child PID wrote 1 at memory.c:LINE in count().\n"
			"Child PID read 1 at memory.c:LINE in count().\n\n"
			"Nothing orders the two: child PID has learnt nothing of what child PID "
			"did. Which comes first, or whether one comes in the middle of the other, "
			"is luck. What reads, computes and writes back (x++, x += 2) loses the "
			"change that another makes in between.\n\n"
			"Let one wait for the other: a semaphore or a mutex around every use "
			"(sem_wait(3) before, sem_post(3) after), a message or a byte in a pipe "
			"that gives leave, wait(2) for who writes, or <stdatomic.h> on both "
			"sides."},
		{"volatile", CLASS_RACE, "volatile keeps the compiler from"},
		{"spin", CLASS_SPIN, "has read the same bytes of the shared memory made at "},
		{"hoisted", CLASS_SPIN, "the compiler has moved the load out of the loop"},
		{"own", CLASS_SPIN, "It reads no shared memory in this loop."},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		BUF_SCOPED text = BUF_INIT;

		message_of(texts[i].word, texts[i].class, &text);
		ck_assert_msg(strstr(text.data, texts[i].words) != NULL,
			"%s: \"%s\" does not say \"%s\"", texts[i].word, text.data, texts[i].words);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("races");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	built = real_build_source(&folder, PROGRAM, SOURCE, true, &source);
	if (!built)
		return 99;
	tcase_add_loop_test(tcase, races_are_in_the_log, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tcase, a_lost_update_is_shown_by_its_schedule);
	tcase_add_test(tcase, the_words_say_who_what_where_and_why);
	status = real_main("races", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(built);
	buf_done(&source);
	return status;
}
