/*
 * lab/timeline: the way through a log: who is behind a step, what is folded, where the keys go; and
 * logs that no run of ours wrote.
 */
#include "config.h"

#include <check.h>

#include "lab/timeline/timeline.h"
#include "tests/unit/facts.h"
#include "tests/unit/text_log.h"

START_TEST(arrows)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE, FORK,
		"t1 block read fd=3 obj=pipe:1 len=9",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5", /* 5 */
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5", "t1 block sem_wait lib=1 obj=sem:1",
		"t2 call sem_post lib=1 obj=sem:1 value=0 ret=0",
		"t1 call sem_wait lib=1 obj=sem:1 value=0 ret=0", /* 9 */
		"t1 call sem_wait lib=1 obj=sem:1 value=0 ret=0",
		"t2 call kill pid=t1 sig=SIGUSR1 ret=0", "t1 deliver SIGUSR1 how=handler",
		"t2 exit - status=0", "t1 call waitpid pid=-1 child=t2 ret=4712", /* 14 */
		"t1 call waitpid pid=-1 ret=-1 err=ECHILD",
		"t1 call kill pid=t2 sig=SIGUSR1 ret=-1 err=ESRCH");
	TIMELINE_SCOPED *t = timeline_new(log);
	static const struct {
		size_t step;
		int from, to;
		size_t source;
	} rows[] = {{3, 1, 2, TIMELINE_NONE}, {5, 0, 0, 0}, {6, 2, 1, 5}, {9, 2, 1, 8},
		{10, 0, 0, 0}, {11, 2, 1, TIMELINE_NONE}, {12, 2, 1, 11}, {14, 2, 1, 13},
		{15, 0, 0, 0}, {16, 0, 0, 0}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timeline_arrow a;
		bool is = timeline_arrow(t, rows[i].step, &a);

		ck_assert_msg(is == (rows[i].to > 0), "step %zu", rows[i].step);
		if (!is)
			continue;
		ck_assert_int_eq(a.from, rows[i].from);
		ck_assert_int_eq(a.to, rows[i].to);
		ck_assert_uint_eq(a.source, rows[i].source);
	}
}
END_TEST

/* From the end that was written to, not to a listener's other connections. */
START_TEST(arrows_of_sockets)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START,
		"t1 call socketpair fd0=3 fd1=4 obj0=socket:1 obj1=socket:2 ret=0", FORK,
		"t1 call send fd=3 obj=socket:1 len=5 ret=5", /* 4 */
		"t2 call recv fd=3 obj=socket:1 len=9 ret=3",
		"t2 call read fd=4 obj=socket:2 len=9 ret=5", /* 6 */
		"t1 call listen fd=5 obj=socket:3 backlog=1 ret=0",
		"t2 call connect fd=6 obj=socket:4 ret=0",
		"t2 call write fd=6 obj=socket:4 len=2 ret=2",
		"t1 call accept fd=5 obj=socket:3 newobj=socket:5 ret=7", /* 10 */
		"t1 call read fd=7 obj=socket:5 len=9 ret=0",
		"t1 call write fd=7 obj=socket:5 len=2 ret=2",
		"t2 call recv fd=6 obj=socket:4 len=9 ret=2"); /* 13 */
	TIMELINE_SCOPED *t = timeline_new(log);

	for (size_t step = 4; step < log->count; step++) {
		struct timeline_arrow a;

		ck_assert_msg(
			timeline_arrow(t, step, &a) == (step == 6 || step == 13), "step %zu", step);
	}
}
END_TEST

START_TEST(folding)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE, FORK, /* shown from 1 on */
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5 data=a",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5 data=b",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5 data=c", /* 4 to 6 */
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5",
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5",
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5", /* 7 to 12 */
		"t1 call read fd=3 obj=pipe:1 len=9 ret=4", "- choice - among=t1 picked=t1",
		"t1 exit - status=0");
	TIMELINE_SCOPED *t = timeline_new(log);
	size_t rows = timeline_rows(t, true);
	static const struct timeline_row wanted[] = {{1, 1, 1, true, true}, {2, 2, 1, true, true},
		{3, 3, 1, true, true}, {4, 6, 3, true, true}, {7, 11, 3, true, false},
		{8, 12, 3, false, true}, {13, 13, 1, true, true}, {15, 15, 1, true, true}};
	static const size_t row_of[] = {0, 0, 1, 2, 3, 3, 3, 4, 5, 4, 5, 4, 5, 6, 6, 7};

	ck_assert_uint_eq(rows, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < rows; i++) {
		ck_assert_uint_eq(timeline_row(t, true, i).first, wanted[i].first);
		ck_assert_uint_eq(timeline_row(t, true, i).last, wanted[i].last);
		ck_assert_uint_eq(timeline_row(t, true, i).times, wanted[i].times);
		ck_assert_int_eq(timeline_row(t, true, i).begins, wanted[i].begins);
		ck_assert_int_eq(timeline_row(t, true, i).ends, wanted[i].ends);
	}
	for (size_t i = 0; i < log->count; i++)
		ck_assert_msg(timeline_row_of(t, true, i) == row_of[i], "step %zu: row %zu", i,
			timeline_row_of(t, true, i));
	ck_assert_uint_eq(timeline_rows(t, false), 14); /* but run and the choice */
}
END_TEST

START_TEST(where_to_go)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE, FORK,
		"t1 block read fd=3 obj=pipe:1 len=9 @x.c:8:reader",
		"t2 call open path=notes.txt flags=O_RDONLY ret=-1 err=ENOENT @x.c:12:writer",
		"t2 call sem_post lib=1 obj=sem:1 value=1 ret=0",
		"t2 block poll count=1 fds=3:pipe:1", "t2 call write fd=4 obj=pipe:1 len=5 ret=5",
		"- deadlock -", "t1 waits read fd=3 obj=pipe:1 since=4",
		"t1 holds - fd=3 obj=pipe:1 mode=r why=deadlock");
	TIMELINE_SCOPED *t = timeline_new(log);

	ck_assert_uint_eq(timeline_next_blocked(t, 0, false), 4);
	ck_assert_uint_eq(timeline_next_blocked(t, 4, false), 7);
	ck_assert_uint_eq(timeline_next_blocked(t, 7, false), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_blocked(t, 7, true), 4);
	ck_assert_uint_eq(timeline_next_blocked(t, 4, true), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_failure(t, 0, false), 5);
	ck_assert_uint_eq(timeline_next_failure(t, 5, false), 9);
	ck_assert_uint_eq(timeline_next_same(t, 2, false), 4);
	ck_assert_uint_eq(timeline_next_same(t, 4, false), 7); /* poll looks at it, too */
	ck_assert_uint_eq(timeline_next_same(t, 6, false), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_same(t, 3, false), 4); /* of the same task */
	ck_assert_uint_eq(timeline_search(t, 0, false, "NOTES"), 5);
	ck_assert_uint_eq(timeline_search(t, 0, false, "t2"), 5);
	ck_assert_uint_eq(timeline_search(t, 0, false, "writer"), 5);
	ck_assert_uint_eq(timeline_search(t, 9, true, "sem_"), 6);
	ck_assert_uint_eq(timeline_search(t, 0, false, "nowhere"), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_search(t, 0, false, ""), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_moment(t, NULL, 0), 9);
}
END_TEST

/* Logs that no run of ours wrote. */
START_TEST(odd_logs)
{
	EVENT_LOG_SCOPED *empty = event_log_new();
	EVENT_LOG_SCOPED *odd = TEXT_LOG("t9 call read fd=3 obj=pipe:1 ret=5",
		"t1 fork fork child=t99999999", "t3 return -", "t4 deliver SIGFOO how=handler",
		"t2 call kill pid=t2 sig=SIGKILL ret=0", "t2 call waitpid child=t7 ret=0");
	TIMELINE_SCOPED *none = timeline_new(empty);
	TIMELINE_SCOPED *t = timeline_new(odd);
	struct timeline_facts f;

	ck_assert_uint_eq(timeline_rows(none, true), 0);
	ck_assert_uint_eq(timeline_row_of(none, true, 0), 0);
	ck_assert_uint_eq(timeline_moment(none, NULL, 0), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_same(none, 0, false), TIMELINE_NONE);
	facts_at(none, 0, &f);
	ck_assert_uint_eq(f.count, 0);
	for (size_t i = 0; i < odd->count; i++) {
		struct timeline_arrow a;

		facts_at(t, i, &f);
		timeline_arrow(t, i, &a);
		timeline_facts_done(&f);
	}
	ck_assert_uint_eq(timeline_rows(t, true), odd->count);
}
END_TEST

int main(void)
{
	return RUN_SUITE("timeline", arrows, arrows_of_sockets, folding, where_to_go, odd_logs);
}
