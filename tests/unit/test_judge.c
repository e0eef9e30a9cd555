/*
 * lab/judge: a judge whose checks fail on purpose (judge_sample.c), and a table of the verdicts
 * that they must get, whoever makes them, in whichever parts, and again from saved logs.
 */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/verdict/verdict.h"
#include "tests/unit/judging.h"
#include "tests/unit/text_log.h"

/* ---- the table ---- */

static const struct row {
	const char *check;
	enum verdict verdict;
	enum verdict_class class;
	const char *says; /* NULL: nothing */
	int line;         /* of x.c or answers.txt, 0: no place */
	const char *schedule;
	size_t runs;
} rows[] = {
	{"passes", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"exit_status", VERDICT_FAIL, CLASS_EXIT,
		"`three 'a b' '' c` ended with exit status 3; it should be 0", 9, "natural", 1},
	{"ended_by_signal", VERDICT_FAIL, CLASS_EXIT, "`killed` was ended by signal 15", 0,
		"natural", 1},
	{"signal_expected", VERDICT_FAIL, CLASS_EXIT, "ended with exit status 0 instead", 9,
		"natural", 1},
	{"output_differs", VERDICT_FAIL, CLASS_OUTPUT, "  - hallo\n  + hello", 7, "natural", 1},
	{"output_missing", VERDICT_FAIL, CLASS_OUTPUT,
		"should be \"hello\\n\". On standard error (descriptor 2) it wrote: \"oops\"", 9,
		"natural", 1},
	{"output_lines", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"output_lines_differ", VERDICT_FAIL, CLASS_OUTPUT, "  - d\n  + b", 0, "natural", 1},
	{"errors_unwanted", VERDICT_FAIL, CLASS_OUTPUT, "it wrote \"oops\"", 0, "natural", 1},
	{"errors_wanted", VERDICT_FAIL, CLASS_OUTPUT, "status 3, but without a word", 0, "natural",
		1},
	{"deadlock", VERDICT_FAIL, CLASS_DEADLOCK, "Deadlock: nobody can run", 8, "natural", 1},
	{"own_words_first", VERDICT_FAIL, CLASS_OUTPUT, "the test's own words, 7 of them", 0,
		"natural", 1},
	{"deadlock_asked_for", VERDICT_FAIL, CLASS_DEADLOCK, "Deadlock: nobody can run", 8,
		"natural", 2},
	{"deadlock_before_output", VERDICT_FAIL, CLASS_DEADLOCK, "Deadlock: nobody can run", 8,
		"natural", 1},
	{"deadlock_at_the_end", VERDICT_FAIL, CLASS_DEADLOCK, "Deadlock: nobody can run", 8,
		"natural", 1},
	{"deadlock_allowed", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"anything_allowed", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 3},
	{"crash", VERDICT_FAIL, CLASS_CRASH, "SIGSEGV", 6, "natural", 1},
	{"crash_allowed", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"zombie", VERDICT_FAIL, CLASS_LEAK, "zombie", 5, "natural", 1},
	{"zombie_after_own_words", VERDICT_FAIL, CLASS_OUTPUT, "  - bye\n  + hello", 7, "natural",
		1},
	{"zombie_allowed", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"limit_of_processes", VERDICT_FAIL, CLASS_LIMIT,
		"A limit of the lab came first: fork failed with EAGAIN at x.c:5, for a run may "
		"have no more processes and threads at once than the 2 that there were.",
		9, "natural", 1},
	{"limit_of_processes_survived", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"no_process_as_planned", VERDICT_FAIL, CLASS_EXIT, "ended with exit status 1", 9,
		"natural", 1},
	{"handlers_unsafe", VERDICT_FAIL, CLASS_HANDLER, "The same goes for exit at x.c:4.\n\n", 3,
		"natural", 2},
	{"handlers_not_asked_for", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"explored", VERDICT_FAIL, CLASS_EXIT, "exit status 1", 9, "random:2", 3},
	{"explored_whole", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 5},
	{"explored_all", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 3},
	{"explored_all_and_caught", VERDICT_FAIL, CLASS_EXIT, "exit status 1", 9, "choices:0", 2},
	{"explored_too_much", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 14},
	{"explored_and_counted", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 6},
	{"explored_otherwise", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 8},
	{"explored_further", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 16},
	{"explored_until_broken", VERDICT_BROKEN, CLASS_BROKEN, "the fifth body", 0, NULL, 5},
	{"explored_until_it_exits", VERDICT_BROKEN, CLASS_BROKEN, "ended early, without a result",
		0, NULL, 0},
	{"explored_until_it_dies", VERDICT_BROKEN, CLASS_BROKEN,
		"could not be judged: its test failed", 0, NULL, 0},
	{"preempted", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 4},
	{"preempted_and_caught", VERDICT_FAIL, CLASS_EXIT, "exit status 1", 9, "choices:1.1", 4},
	{"preempts_one_run", VERDICT_BROKEN, CLASS_BROKEN,
		"preempt_each() is for bodies of one run", 0, NULL, 2},
	{"bodies_draw_the_same", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 3},
	{"swept_and_caught", VERDICT_FAIL, CLASS_FAULT, "fork number 2 failed: exit status 0", 0,
		"natural", 2},
	{"swept_whole", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 3},
	{"swept_each_and_caught", VERDICT_FAIL, CLASS_FAULT,
		"We made 4 calls fail, one in each run. 2 of these failures went unnoticed:\n"
		"- fork number 2: EAGAIN, and `forker` went on to exit status 0\n"
		"- fork number 2: EAGAIN, and `forker` went on to exit status 0\n\n",
		0, NULL, 6},
	{"swept_each_whole", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 63},
	{"cases_of_a_table", VERDICT_FAIL, CLASS_EXIT, "`hello again` ended with exit status 0", 9,
		"natural", 2},
	{"steers", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"waits_in_vain", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"steers_otherwise", VERDICT_BROKEN, CLASS_BROKEN, "could not be judged", 0, NULL, 1},
	{"finds_events", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 1},
	{"drawn", VERDICT_FAIL, CLASS_OUTPUT, "drew ", 0, NULL, 0},
	{"answer_right", VERDICT_PASS, CLASS_NONE, NULL, 0, NULL, 0},
	{"answer_wrong", VERDICT_FAIL, CLASS_ANSWER,
		"You answered \"count: 8\". The run shows 4 processes.", 3, NULL, 0},
	{"answer_empty", VERDICT_FAIL, CLASS_ANSWER, "has no answer yet", 4, NULL, 0},
	{"answer_not_there", VERDICT_FAIL, CLASS_ANSWER, "There is no line \"missing: ...\"", 0,
		NULL, 0},
	{"answers_readable", VERDICT_BROKEN, CLASS_BROKEN, "there are no questions", 0, NULL, 0},
	{"broken_in_words", VERDICT_BROKEN, CLASS_BROKEN, "the table has no row 4", 0, NULL, 0},
	{"run_cannot_start", VERDICT_BROKEN, CLASS_BROKEN, "cannot be started", 0, NULL, 1},
	{"own_schedule_is_no_name", VERDICT_BROKEN, CLASS_BROKEN, "cannot be started", 0, NULL, 1},
	{"misused", VERDICT_BROKEN, CLASS_BROKEN, "cannot be started", 0, NULL, 1},
	{"dies", VERDICT_BROKEN, CLASS_BROKEN, "could not be judged: its test failed", 0, NULL, 0},
	{"aborts", VERDICT_BROKEN, CLASS_BROKEN, "could not be judged: its test failed", 0, NULL,
		0},
	{"exits", VERDICT_BROKEN, CLASS_BROKEN, "ended early, without a result", 0, NULL, 0},
	{"exits_in_the_middle", VERDICT_BROKEN, CLASS_BROKEN, "ended early, without a result", 0,
		NULL, 0},
	{"asserts", VERDICT_BROKEN, CLASS_BROKEN, "Assertion '1 == 2' failed", 0, NULL, 0},
};
static const size_t row_count = sizeof(rows) / sizeof(rows[0]);

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void compare(const struct row *row, const struct check_result *c)
{
	ck_assert_msg(c->verdict == row->verdict && c->class == row->class,
		"%s: %s, %s; it says: %s", row->check, verdict_name(c->verdict),
		verdict_class_name(c->class), c->message ? c->message : "nothing");
	ck_assert_msg(row->says ? c->message && strstr(c->message, row->says) : !c->message,
		"%s says: %s", row->check, c->message ? c->message : "nothing");
	ck_assert_msg(c->line == row->line, "%s: line %d", row->check, c->line);
	ck_assert_msg((c->file != NULL) == (row->line > 0 || c->class == CLASS_ANSWER),
		"%s: file %s", row->check, c->file ? c->file : "none");
	ck_assert_msg(same_text(c->schedule, row->schedule), "%s: schedule %s", row->check,
		c->schedule ? c->schedule : "none");
	ck_assert_msg(c->runs == row->runs, "%s: %zu runs", row->check, c->runs);
	ck_assert_int_eq(c->weight, strcmp(row->check, "exit_status") == 0 ? 3 : 1);
}

static char *answers_path(void)
{
	return lab_xstrdup(ABS_TOP_SRCDIR "/tests/unit/answers.txt");
}

START_TEST(every_check_gets_its_verdict)
{
	LAB_FREE char *answers = answers_path();
	HEARD_SCOPED h;

	JUDGE_WITH(&h, "--answers", answers);
	ck_assert_int_eq(h.status, 0);
	ck_assert(h.ended);
	ck_assert_str_eq(buf_text(&h.said), "");
	ck_assert_uint_eq(h.planned, row_count);
	ck_assert_uint_eq(h.count, row_count);
	for (size_t i = 0; i < row_count; i++) {
		ck_assert_str_eq(h.checks[i].name, rows[i].check);
		compare(&rows[i], &h.checks[i]);
	}
}
END_TEST

START_TEST(environment_of_check_changes_nothing)
{
	HEARD_SCOPED plain, odd;

	JUDGE_WITH(&plain, "--seed", "7");
	odd_environment = true;
	JUDGE_WITH(&odd, "--seed", "7");
	ck_assert_str_eq(buf_text(&plain.results), buf_text(&odd.results));
}
END_TEST

/* Explorations that others share give what they give alone. */
START_TEST(workers_change_nothing)
{
	LAB_FREE char *answers = answers_path();
	HEARD_SCOPED alone;
	char count[] = "0";

	setenv("IPCLAB_WORKERS", count, 1);
	JUDGE_WITH(&alone, "--answers", answers);
	for (count[0] = '1'; count[0] < '5'; count[0]++) {
		HEARD_SCOPED shared;

		setenv("IPCLAB_WORKERS", count, 1);
		JUDGE_WITH(&shared, "--answers", answers);
		ck_assert_str_eq(buf_text(&shared.results), buf_text(&alone.results));
		ck_assert_str_eq(buf_text(&shared.said), "");
		ck_assert_int_eq(shared.status, 0);
	}
}
END_TEST

/* What a judge of two takes from the queue is judged as by one that has all, and the rest is left.
 */
START_TEST(parts_make_the_whole)
{
	HEARD_SCOPED whole, part, nothing;
	int fill = -1;
	FD_SCOPED queue = verdict_queue_new(&fill, NULL);
	LAB_FREE char *number = lab_xprintf("%d", fcntl(queue, F_DUPFD, 10));
	size_t taken;

	ck_assert_int_eq(verdict_queue_fill(&fill, NULL), 0);
	ck_assert(verdict_queue_next(queue, &taken) && taken == 0);
	JUDGE_WITH(&whole, "--seed", "1");
	JUDGE_WITH(&part, "--queue-fd", number);
	JUDGE_WITH(&nothing, "--queue-fd", number);
	close(atoi(number));
	ck_assert_uint_eq(part.planned, row_count);
	ck_assert_uint_eq(part.count, row_count - 1);
	ck_assert_uint_eq(nothing.planned, row_count);
	ck_assert_uint_eq(nothing.count, 0);
	ck_assert(nothing.ended);
	for (size_t i = 1; i < whole.count; i++) {
		const struct check_result *a = &whole.checks[i];
		const struct check_result *b = check_of(&part, a->name);

		ck_assert(same_text(a->message, b->message));
		ck_assert(same_text(a->log_sums, b->log_sums));
	}
}
END_TEST

START_TEST(only_one_is_run)
{
	HEARD_SCOPED h, none;

	JUDGE_WITH(&h, "--only", "drawn");
	ck_assert_int_eq(h.status, 0);
	ck_assert_uint_eq(h.planned, row_count);
	ck_assert_uint_eq(h.count, 1);
	JUDGE_WITH(&none, "--only", "nix");
	ck_assert_int_eq(WEXITSTATUS(none.status), LAB_USAGE);
	ck_assert(!none.ended);
	ck_assert(strstr(buf_text(&none.said), "no check \"nix\" here, only passes, exit_status"));
}
END_TEST

/* ---- answers.txt as students write it ---- */

static const struct answers_row {
	const char *text, *check;
	int line; /* 0: it passes; -1: it fails, but at no line */
	const char *says;
} answers_rows[] = {
	{"order: ten, seven\ncount: 1\n", "answers_readable", 0, NULL},
	{"order:\n", "answers_readable", -1, "No question in answers.txt is answered yet."},
	{"\xef\xbb\xbf# mine\r\n\r\nORDER:Ten  seven # so be it\r\n   # empty: x\r\nEmpty :1",
		"answers_readable", 0, NULL},
	{"\xef\xbb\xbforder: TEN\tSEVEN # so be it\r\n", "answer_right", 0, NULL},
	{"count: 1\nCOUNT: 2\norder : seven,ten", "answer_right", 0, NULL},
	{"order: ten#seven\n", "answer_right", 1, "You answered \"order: ten#seven\"."},
	{"order: tenseven\n", "answer_right", 1, "You answered \"order: tenseven\"."},
	{"order: \"ten, seven.\"\r", "answer_right", 0, NULL},
	{"count: 1\rorder: `ten seven`.\r", "answer_right", 0, NULL},
	{"order\xef\xbc\x9a \xe2\x80\x9cten\xc2\xa0seven\xe2\x80\x9d\xe2\x80\x8b\n", "answer_right",
		0, NULL},
	{"order: \"ten seven\n", "answer_right", 1,
		"You answered \"order: \\\"ten seven\". The run"},
	{"order: ten seven // so be it\n", "answer_right", 1,
		"It begins as it should, but more stands behind that: write the answer alone."},
	{"order: ten sevens\n", "answer_right", 1, "You answered \"order: ten sevens\". The run"},
	{"order: ten -> seven\n", "answer_right", 0, NULL},
	{"order: [ten; seven]\n", "answer_right", 0, NULL},
	{"order: ten-seven\n", "answer_right", 0, NULL},
	{"order: -ten seven\n", "answer_right", 1, "You answered \"order: -ten seven\"."},
	{"order: # later\n", "answer_right", 1, "\"order:\" in answers.txt has no answer yet"},
	{"order: ten seven\norder:\n", "answer_right", 2, "has no answer yet"},
	{"order: \033[2Jten\n", "answer_right", 1, "\"order: \\x1b[2Jten\""},
	{"# x\n\ncount: 1\nconut: 2\n", "answers_readable", 4,
		"There is no question \"conut\". The questions of this exercise are \"order\", "
		"\"count\", \"empty\"."},
	{": 2\n", "answers_readable", 1, "There is no question \"\""},
	{"count: 1\norder: a\n\nCount : 1\n", "answers_readable", 4,
		"\"count\" is answered twice, here and in line 1."},
	{"count: 1\nit is ten # count: 1\n", "answers_readable", 2, "\"it is ten\" is no answer"},
};

static void compare_answers(const struct answers_row *row, const struct check_result *c)
{
	ck_assert_msg(c->verdict == (row->line ? VERDICT_FAIL : VERDICT_PASS), "%s: %s, %s",
		row->text, verdict_name(c->verdict), c->message ? c->message : "nothing");
	if (!row->line)
		return;
	ck_assert_int_eq(c->class, CLASS_ANSWER);
	ck_assert_str_eq(c->file, "answers.txt");
	ck_assert_int_eq(c->line, row->line > 0 ? row->line : 0);
	ck_assert_msg(strstr(c->message, row->says), "%s: %s", row->text, c->message);
}

START_TEST(answers_are_read_as_they_are_meant)
{
	struct lab_error e = {0};
	LAB_FREE char *dir = path_make_temporary("test-judge", &e);
	LAB_FREE char *path = lab_xprintf("%s/answers.txt", dir);
	LAB_FREE char *questions = answers_path();

	for (size_t i = 0; i < sizeof(answers_rows) / sizeof(answers_rows[0]); i++) {
		const struct answers_row *row = &answers_rows[i];
		HEARD_SCOPED h;

		ck_assert_int_eq(file_write(path, row->text, strlen(row->text), 0644, &e), 0);
		JUDGE_WITH(&h, "--answers", path, "--questions", questions, "--only", row->check);
		compare_answers(row, check_of(&h, row->check));
	}
	ck_assert_int_eq(path_remove_tree(dir, &e), 0);
}
END_TEST

/* ---- saved logs ---- */

static void change_file(const char *path, const char *from, const char *to)
{
	BUF_SCOPED text = BUF_INIT, changed = BUF_INIT;
	struct lab_error e = {0};
	const char *at;

	ck_assert_msg(file_read(path, &text, 1 << 20, &e) == 0, "%s", e.text);
	at = strstr(text.data, from);
	ck_assert_msg(at, "\"%s\" is not in %s", from, path);
	buf_add(&changed, text.data, (size_t)(at - text.data));
	buf_puts(&changed, to);
	buf_puts(&changed, at + strlen(from));
	ck_assert_int_eq(file_write(path, changed.data, changed.len, 0644, &e), 0);
}

START_TEST(saved_logs_are_judged_again)
{
	struct lab_error e = {0};
	LAB_FREE char *dir = path_make_temporary("test-judge", &e);
	LAB_FREE char *answers = answers_path();
	LAB_FREE char *log = lab_xprintf("%s/exit_status/001.log", dir);
	HEARD_SCOPED saved, replayed, other, changed;

	ck_assert_ptr_nonnull(dir);
	JUDGE_WITH(&saved, "--answers", answers, "--save-logs", dir);
	JUDGE_WITH(&replayed, "--answers", answers, "--replay-logs", dir);
	for (size_t i = 0; i < row_count; i++) {
		const struct check_result *c = &replayed.checks[i];

		if (c->verdict != VERDICT_BROKEN)
			compare(&rows[i], c);
		ck_assert_int_eq(c->verdict, rows[i].verdict);
		if (c->verdict != VERDICT_BROKEN)
			ck_assert_str_eq(c->log_sums, saved.checks[i].log_sums);
	}
	JUDGE_WITH(&other, "--replay-logs", dir, "--only", "exit_status", "--seed", "2");
	ck_assert_int_eq(other.checks[0].verdict, VERDICT_BROKEN);
	change_file(log, "status=3", "status=4");
	JUDGE_WITH(&changed, "--replay-logs", dir, "--only", "exit_status");
	ck_assert_ptr_nonnull(strstr(changed.checks[0].message, "exit status 4"));
	ck_assert_str_ne(changed.checks[0].log_sums, saved.checks[1].log_sums);
	ck_assert_int_eq(path_remove_tree(dir, &e), 0);
}
END_TEST

int main(void)
{
	return RUN_SUITE("judge", every_check_gets_its_verdict,
		environment_of_check_changes_nothing, workers_change_nothing, parts_make_the_whole,
		only_one_is_run, answers_are_read_as_they_are_meant, saved_logs_are_judged_again);
}
