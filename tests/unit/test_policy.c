/*
 * Policies: what is wrong with one is said with its place; what a late day costs, what an exercise
 * weighs, and which results are dropped.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/exercise/policy.h"
#include "runner/class/book.h"
#include "tests/unit/text_log.h"

static struct exercise exercises[] = {
	{.id = (char *)"01-fork/01-two", .points = 2},
	{.id = (char *)"04-pipes/01-one", .points = 4},
	{.id = (char *)"04-pipes/02-eof", .points = 4},
};
static struct exercise *list[] = {&exercises[0], &exercises[1], &exercises[2]};
static const struct course course = {.exercises = list, .count = 3};

static int read_text(const char *text, struct policy *p, struct lab_error *e)
{
	char *folder = path_make_temporary("test-policy", NULL);
	char *path = path_join(folder, "policy.yaml");
	int status;

	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, NULL), 0);
	status = policy_read(path, &course, p, e);
	path_remove_tree(folder, NULL);
	free(path);
	free(folder);
	return status;
}

static struct policy policy(const char *text)
{
	struct lab_error e = {0};
	struct policy p;

	ck_assert_msg(read_text(text, &p, &e) == 0, "%s", e.text);
	return p;
}

static const struct {
	const char *text, *place, *words;
} faults[] = {
	{"- a\n", ":1:1: ", "expected"},
	{"dead: 1\n", ":1:1: ", "expected deadline"},
	{"deadline: 2026-03-01\n", ":1:11: ", "expected a moment with its time zone"},
	{"deadline: 2026-03-01 23:59\n", ":1:11: ", "with its time zone"},
	{"deadline: 2026-02-30 23:59 Z\n", ":1:11: ", "expected a moment"},
	{"deadline: 2026-03-01 24:59 Z\n", ":1:11: ", "expected a moment"},
	{"deadline: 2026-03-01 23:59 +99\n", ":1:11: ", "expected a moment"},
	{"deadline: 2026-03-01 23:59:\n", ":1:", "expected"},
	{"late: 10%\n", ":1:7: ", "expected a mapping such as"},
	{"late: {per-day: 10}\n", ":1:17: ", "expected 0% to 100%"},
	{"late: {per-day: 110%}\n", ":1:17: ", "expected 0% to 100%"},
	{"late: {grace: 15}\n", ":1:15: ", "expected a span of time such as"},
	{"late: {grace: -1m}\n", ":1:15: ", "expected a span of time"},
	{"late: {graze: 1m}\n", ":1:8: ", "expected grace, per-day or cap"},
	{"\nweights: {05-none: 1}\n", ":2:11: ", "expected a chapter or an exercise of the course"},
	{"weights: {04-pipes: 1, 04-pipes: 2}\n", ":1:24: ", "a second time"},
	{"weights: {04-pipes: much}\n", ":1:21: ", "expected 0 to 1000"},
	{"weights: {04-pip: 1}\n", ":1:11: ", "expected a chapter"},
	{"drop-lowest: 1.5\n", ":1:14: ", "expected a number from 1 to 1000"},
	{"drop-lowest: 1\ndrop-lowest: 1\n", ":2:1: ", "a second time"},
	{"deadline: [\n", ":2:1: ", "expected YAML"},
};

START_TEST(what_is_wrong_is_said_with_its_place)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct lab_error e = {0};
		struct policy p;

		ck_assert_int_eq(read_text(faults[i].text, &p, &e), -1);
		ck_assert_int_eq(e.kind, LAB_USAGE);
		ck_assert_msg(strstr(e.text, faults[i].place) && strstr(e.text, faults[i].words),
			"%s -> %s", faults[i].text, e.text);
		policy_done(&p);
	}
}
END_TEST

START_TEST(a_policy_that_is_not_there_is_said)
{
	struct lab_error e = {0};
	struct policy p;

	ck_assert_int_eq(policy_read("/nowhere/policy.yaml", &course, &p, &e), -1);
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_ptr_nonnull(strstr(e.text, "/nowhere/policy.yaml"));
}
END_TEST

enum { DAY = 86400 };
#define DEADLINE 1772406000 /* 2026-03-01 23:00 UTC */

static const struct {
	const char *deadline;
	int64_t wanted;
} moments[] = {
	{"2026-03-01 23:00 Z", DEADLINE},
	{"2026-03-01T23:00:00Z", DEADLINE},
	{"2026-03-02 00:00 +0100", DEADLINE},
	{"2026-03-02T00:00:30+01:00", DEADLINE + 30},
	{"2026-03-01 17:30 -0530", DEADLINE},
	{"\"2026-03-01 23:00:01 +0000\"", DEADLINE + 1},
};

START_TEST(moments_have_a_zone)
{
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		LAB_FREE char *text = lab_xprintf("deadline: %s\n", moments[i].deadline);
		struct policy p = policy(text);

		ck_assert_int_eq(p.deadline, moments[i].wanted);
		policy_done(&p);
	}
}
END_TEST

static const struct {
	const char *exercise;
	int64_t submitted;
	double penalty;
} penalties[] = {
	{"01-fork/01-two", 0, 0},
	{"01-fork/01-two", DEADLINE, 0},
	{"01-fork/01-two", DEADLINE + 900, 0},
	{"01-fork/01-two", DEADLINE + 901, 0.1},
	{"01-fork/01-two", DEADLINE + DAY, 0.1},
	{"01-fork/01-two", DEADLINE + DAY + 1, 0.2},
	{"01-fork/01-two", DEADLINE + 4 * DAY, 0.35},
	{"04-pipes/01-one", DEADLINE + DAY + 900, 0},
	{"04-pipes/01-one", DEADLINE + DAY + 901, 0.1},
	{"04-pipes/02-eof", DEADLINE + 5 * DAY, 0},
};

START_TEST(late_days_cost)
{
	struct policy p = policy("deadline: 2026-03-01 23:00 Z\n"
				 "deadlines:\n"
				 "  04-pipes/02-eof: 2026-04-01 00:00 Z\n"
				 "  04-pipes: 2026-03-02 23:00 Z\n"
				 "late: {grace: 15m, per-day: 10%, cap: 35%}\n");

	for (size_t i = 0; i < sizeof(penalties) / sizeof(penalties[0]); i++)
		ck_assert_double_eq_tol(
			policy_penalty(&p, penalties[i].exercise, penalties[i].submitted),
			penalties[i].penalty, 1e-9);
	policy_done(&p);
}
END_TEST

static const struct {
	const char *policy;
	const char *states[3];
	double scores[3];
	double score, most;
} totals[] = {
	{"", {"pass", "fail", "pass"}, {2, 1, 4}, 7, 10},
	{"", {"pass", "broken", "missing"}, {2, 0, 0}, 2, 6},
	{"", {"pass", "", "missing"}, {2, 0, 0}, 2, 6},
	{"weights: {04-pipes: 2}", {"pass", "fail", "pass"}, {2, 1, 4}, 12, 18},
	{"weights: {04-pipes: 2, 04-pipes/02-eof: 0}", {"pass", "fail", "pass"}, {2, 1, 4}, 4, 10},
	{"weights: {04-pipes: 0.5}", {"pass", "fail", "pass"}, {2, 1, 4}, 4.5, 6},
	{"drop-lowest: 1", {"pass", "fail", "pass"}, {2, 1, 4}, 6, 6},
	{"drop-lowest: 1", {"fail", "missing", "pass"}, {0, 0, 4}, 4, 6},
	{"drop-lowest: 1", {"fail", "broken", "pass"}, {1, 0, 4}, 4, 4},
	{"drop-lowest: 9", {"fail", "fail", "fail"}, {1, 3, 1}, 3, 4},
	{"{drop-lowest: 1, weights: {01-fork: 9}}", {"fail", "fail", "pass"}, {0, 1, 4}, 5, 8},
	{"drop-lowest: 1", {"broken", "", "broken"}, {0, 0, 0}, 0, 0},
};

START_TEST(sums_are_weighted_and_the_lowest_dropped)
{
	static char *students[] = {(char *)"ada"};

	for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
		struct policy p = policy(totals[i].policy);
		struct class_book b = {.lock = -1, .policy = &p};
		double score, most;

		class_book_seat(&b, students, 1, (const struct exercise *const *)list, 3);
		for (int n = 0; n < 3; n++) {
			strcpy(b.cells[n].state, totals[i].states[n]);
			b.cells[n].score = totals[i].scores[n];
			b.cells[n].max_score = exercises[n].points;
		}
		class_book_total(&b, 0, &score, &most);
		ck_assert_msg(score == totals[i].score && most == totals[i].most,
			"row %zu: %g of %g", i, score, most);
		class_book_done(&b);
		policy_done(&p);
	}
}
END_TEST

START_TEST(late_work_counts_less)
{
	static char *students[] = {(char *)"ada"};
	struct policy p = policy("{deadline: 2026-03-01 23:00 Z, late: {per-day: 25%}}");
	struct class_book b = {.lock = -1, .policy = &p};
	double score, most;

	class_book_seat(&b, students, 1, (const struct exercise *const *)list, 3);
	for (int n = 0; n < 3; n++) {
		strcpy(b.cells[n].state, "pass");
		b.cells[n].score = b.cells[n].max_score = exercises[n].points;
		b.cells[n].time = DEADLINE + n * DAY;
	}
	ck_assert_double_eq(class_book_counts(&b, 1), 3);
	class_book_total(&b, 0, &score, &most);
	ck_assert_double_eq(score, 2 + 3 + 2);
	ck_assert_double_eq(most, 10);
	class_book_done(&b);
	policy_done(&p);
}
END_TEST

int main(void)
{
	return RUN_SUITE("policy", what_is_wrong_is_said_with_its_place,
		a_policy_that_is_not_there_is_said, moments_have_a_zone, late_days_cost,
		sums_are_weighted_and_the_lowest_dropped, late_work_counts_less);
}
