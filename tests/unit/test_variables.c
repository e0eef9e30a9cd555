/*
 * Global and static variables, where a run asks for them to be watched: each use is in the log, and
 * a signal can come before each. Each row runs tests/golden/races/variables.c with one word, as
 * natural has it and then with every single choice made another way, as preempt_each() does.
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

#define PROGRAM "variables"
#define SOURCE  ABS_TOP_SRCDIR "/tests/golden/races/" PROGRAM ".c"

static const struct row {
	const char *word;
	bool lost, gained; /* some preemption makes it less, or more */
	const char *races; /* as natural has it: "LINE, LINE; ..." */
} rows[] = {
	{"plain", true, false, "plain, handler-plain"},
	{"volatile", true, false, ""},
	{"whole", true, false, ""},
	{"halved", true, false, ""},
	{"late", true, false, ""},
	{"exact", false, false, ""},
	{"blocked", false, false, ""},
	{"flag", false, false, ""},
	{"sides", false, false, ""},
	{"processes", false, false, ""},
	{"threads", true, false, "thread, thread"},
	{"threads-locked", false, false, ""},
	{"call", false, false, ""},
};

static char *built;
static struct buf source;

static struct run *run_word(const char *word, const char *schedule, bool variables)
{
	const char *argv[] = {PROGRAM, word, NULL};

	return real_run(built, PROGRAM, argv,
		(struct run_request){.schedule = schedule, .variables = variables});
}

static int number_of(struct run *run)
{
	return atoi(buf_text(run_output(run, 1)));
}

/* "choices:..." as LOG has it up to its Nth choice, and that one another way; NULL: there are no
 * more. Choices are of two here. Caller frees. */
static char *preemption(const struct event_log *log, size_t n)
{
	struct buf name = BUF_INIT;
	size_t seen = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		const char *among = event_text(e, "among");
		int first;

		if (e->kind != EVENT_CHOICE)
			continue;
		first = atoi(among + 1) == event_task(e, "picked") ? 0 : 1;
		buf_printf(&name, "%s%d", seen ? "." : "choices:", seen == n ? !first : first);
		if (seen++ == n)
			return buf_take(&name);
	}
	buf_done(&name);
	return NULL;
}

static void list_races(const struct event_log *log, struct buf *into)
{
	for (size_t i = 0; i + 2 < log->count; i++) {
		LAB_FREE char *one = real_comment(source.data, log->events[i + 1]->place.line);
		LAB_FREE char *two = real_comment(source.data, log->events[i + 2]->place.line);

		if (log->events[i]->kind == EVENT_RACE)
			buf_printf(into, "%s%s, %s", into->len ? "; " : "", one, two);
	}
}

START_TEST(a_signal_comes_at_each_use)
{
	const struct row *row = &rows[_i];
	struct run *natural = run_word(row->word, NULL, true);
	BUF_SCOPED races = BUF_INIT;
	bool lost = false, gained = false;
	char *schedule;

	list_races(run_log(natural), &races);
	ck_assert_str_eq(buf_text(&races), row->races);
	ck_assert_int_eq(number_of(natural), 0);
	for (size_t n = 0; (schedule = preemption(run_log(natural), n)); n++) {
		struct run *run = run_word(row->word, schedule, true);

		lost |= number_of(run) < 0;
		gained |= number_of(run) > 0;
		run_free(run);
		free(schedule);
	}
	ck_assert_msg(lost == row->lost && gained == row->gained, "%s: %s, %s", row->word,
		lost ? "lost" : "not lost", gained ? "gained" : "not gained");
	run_free(natural);
}
END_TEST

/* The uses by t1 of one variable, its first one that a handler used, in their order. */
static void list_uses(const struct event_log *log, struct buf *into)
{
	int64_t at = -1;

	for (size_t i = 0; i < log->count && at < 0; i++)
		if (log->events[i]->kind == EVENT_USE && event_has(log->events[i], "handler"))
			at = event_int(log->events[i], "at", -1);
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->kind != EVENT_USE || e->task != 1 || event_int(e, "at", -1) != at)
			continue;
		buf_printf(into, "%s%s%s %d", into->len ? ", " : "",
			event_text(e, "handler") ? "handler " : "", e->name,
			(int)event_int(e, "value", 99));
		ck_assert_int_eq(event_int(e, "n", 0), sizeof(int));
		ck_assert_str_eq(event_text(e, "obj"), "variables:1");
	}
}

/* The log of a run in which the handler's change is lost says how. */
START_TEST(the_log_has_what_was_loaded_and_stored)
{
	static const struct {
		const char *word, *uses;
	} logs[] = {
		{"volatile", "volatile-read 0, handler volatile-read 0, handler volatile-write 1, "
			     "volatile-write -1, volatile-read -1"},
		{"halved", "atomic-read 0, handler atomic-update 1, atomic-write -1, "
			   "atomic-read -1"},
	};
	struct run *natural = run_word(logs[_i].word, NULL, true);
	bool found = false;
	char *schedule;

	for (size_t n = 0; !found && (schedule = preemption(run_log(natural), n)); n++) {
		struct run *run = run_word(logs[_i].word, schedule, true);
		BUF_SCOPED uses = BUF_INIT;

		list_uses(run_log(run), &uses);
		found = number_of(run) < 0;
		if (found)
			ck_assert_str_eq(buf_text(&uses), logs[_i].uses);
		run_free(run);
		free(schedule);
	}
	ck_assert(found);
	run_free(natural);
}
END_TEST

static size_t count_uses(const struct event_log *log)
{
	size_t n = 0;

	for (size_t i = 0; i < log->count; i++)
		n += log->events[i]->kind == EVENT_USE || log->events[i]->kind == EVENT_RACE;
	return n;
}

/* A run that does not ask pays nothing, and is told nothing. */
START_TEST(only_who_asks_is_told)
{
	static const char *const words[] = {"plain", "volatile", "threads", "call"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct run *run = run_word(words[i], NULL, false);
		struct run *asked = run_word(words[i], NULL, true);

		ck_assert_uint_eq(count_uses(run_log(run)), 0);
		ck_assert_uint_gt(count_uses(run_log(asked)), 0);
		run_free(run);
		run_free(asked);
	}
}
END_TEST

/* Who finds a variable as it was, and nobody has changed it, waits; it is another matter if it has
 * changed it itself. */
START_TEST(who_waits_for_a_variable_spins)
{
	static const char *const words[] = {"many", "ever"};

	for (size_t i = 0; i < 2; i++) {
		const char *argv[] = {PROGRAM, words[i], NULL};
		struct run *run = real_run(built, PROGRAM, argv,
			(struct run_request){.spin_steps = 30, .variables = true});
		const struct event *spin = NULL;

		for (size_t k = 0; k < run_log(run)->count; k++)
			if (run_log(run)->events[k]->kind == EVENT_SPIN)
				spin = run_log(run)->events[k];
		ck_assert_msg((spin != NULL) == (i == 1), "%s", words[i]);
		if (spin) {
			LAB_FREE char *comment = real_comment(source.data, spin->place.line);

			ck_assert_str_eq(comment, "waits");
			ck_assert_str_eq(event_text(spin, "obj"), "variables:1");
		}
		run_free(run);
	}
}
END_TEST

START_TEST(the_words_are_about_the_handler)
{
	static const char *const words[] = {
		"A data race with a signal handler: two uses of the same memory, at least one of "
		"them a write, and nothing that keeps the signal away from the other one. It is "
		"`plain`, a variable of the program, global or static.\n\nvariables ",
		", in its handler of SIGUSR1.\n\nThe signal can come in the middle of the other "
		"use.",
		"Block the signal around each use outside of the handler (sigprocmask(2))",
	};
	struct run *run = run_word("plain", NULL, true);
	struct findings found;

	verdict_findings(run_log(run), &found);
	ck_assert_uint_eq(found.count, 1);
	ck_assert_int_eq(found.list[0].class, CLASS_RACE);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_msg(strstr(found.list[0].message, words[i]) != NULL,
			"\"%s\" does not say \"%s\"", found.list[0].message, words[i]);
	findings_done(&found);
	run_free(run);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("variables");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	built = real_build_source(&folder, PROGRAM, SOURCE, true, &source);
	if (!built)
		return 99;
	tcase_add_loop_test(tcase, a_signal_comes_at_each_use, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tcase, the_log_has_what_was_loaded_and_stored, 0, 2);
	tcase_add_test(tcase, only_who_asks_is_told);
	tcase_add_test(tcase, who_waits_for_a_variable_spins);
	tcase_add_test(tcase, the_words_are_about_the_handler);
	status = real_main("variables", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(built);
	buf_done(&source);
	return status;
}
