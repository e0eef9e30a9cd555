/*
 * lab/verdict: the wire between a judge and the lab. What is sent arrives, with names that go both
 * ways and whatever bytes a message has; nothing else is taken from it.
 */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/verdict/verdict.h"
#include "tests/unit/text_log.h"

START_TEST(names_go_both_ways)
{
	for (int i = 0; i <= VERDICT_BROKEN; i++) {
		enum verdict v;

		ck_assert(verdict_from_name(verdict_name((enum verdict)i), &v));
		ck_assert_int_eq(v, i);
	}
	for (int i = 0; i < CLASS_COUNT; i++) {
		enum verdict_class c;

		ck_assert(verdict_class_from_name(verdict_class_name((enum verdict_class)i), &c));
		ck_assert_int_eq(c, i);
	}
	ck_assert(!verdict_from_name("passed", &(enum verdict){0}));
	ck_assert(!verdict_from_name(NULL, &(enum verdict){0}));
	ck_assert(!verdict_class_from_name("", &(enum verdict_class){0}));
}
END_TEST

/* What arrives when SEND has written to a pipe. */
static char *through_pipe(int (*send)(int fd, const void *what), const void *what)
{
	struct buf b = BUF_INIT;
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(send(fds[1], what), 0);
	close(fds[1]);
	ck_assert_int_eq(fd_read_to_end(fds[0], &b, 1 << 20), 0);
	close(fds[0]);
	return buf_take(&b);
}

static int send_check(int fd, const void *what)
{
	return verdict_send(fd, what, NULL);
}

START_TEST(results_survive_the_wire)
{
	static struct refusal refusal = {(char *)"open(\"\x1b\")", (char *)"why", NULL, 0, NULL, 7};
	static const struct check_result sent = {.name = (char *)"eof",
		.verdict = VERDICT_FAIL,
		.class = CLASS_DEADLOCK,
		.message = (char *)"two\nlines \"\\\xff\x1b[31m \xc3\xa9 \xed\xa0\x80",
		.file = (char *)"count.c",
		.line = 12,
		.schedule = (char *)"random:7",
		.weight = 2,
		.runs = 8,
		.log_sums = (char *)"ab cd",
		.refused = {&refusal, 1}};
	LAB_FREE char *line = through_pipe(send_check, &sent);
	struct check_result got;
	struct lab_error e = {0};

	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
	ck_assert_msg(verdict_receive(line, strlen(line), &got, &e) == 0, "%s", e.text);
	ck_assert_str_eq(got.name, "eof");
	ck_assert_int_eq(got.verdict, VERDICT_FAIL);
	ck_assert_int_eq(got.class, CLASS_DEADLOCK);
	ck_assert_str_eq(got.message, "two\nlines \"\\\\xff\\x1b[31m \xc3\xa9 \\xed\\xa0\\x80");
	ck_assert_str_eq(got.file, "count.c");
	ck_assert_int_eq(got.line, 12);
	ck_assert_str_eq(got.schedule, "random:7");
	ck_assert_int_eq(got.weight, 2);
	ck_assert_uint_eq(got.runs, 8);
	ck_assert_str_eq(got.log_sums, "ab cd");
	ck_assert_uint_eq(got.refused.count, 1);
	ck_assert_str_eq(got.refused.list[0].what, "open(\"\\x1b\")");
	ck_assert_str_eq(got.refused.list[0].why, "why");
	ck_assert_uint_eq(got.refused.list[0].times, 7);
	ck_assert_ptr_null(got.refused.list[0].file);
	check_result_done(&got);
	ck_assert_ptr_null(got.name);
}
END_TEST

START_TEST(a_pass_has_no_message)
{
	static const struct check_result sent = {.name = (char *)"eof", .weight = 1};
	LAB_FREE char *line = through_pipe(send_check, &sent);
	struct verdict_line got;

	ck_assert_int_eq(verdict_receive_line(line, strlen(line), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_CHECK);
	ck_assert_int_eq(got.check.verdict, VERDICT_PASS);
	ck_assert_ptr_null(got.check.message);
	ck_assert_ptr_null(got.check.file);
	verdict_line_done(&got);
}
END_TEST

static int send_plan(int fd, const void *what)
{
	return verdict_send_plan(fd, what, 2, NULL);
}

static int send_end(int fd, const void *what)
{
	(void)what;
	return verdict_send_end(fd, NULL);
}

static int send_run(int fd, const void *what)
{
	(void)what;
	return verdict_send_run(fd, 17, 60, NULL);
}

START_TEST(plan_and_end_survive_the_wire)
{
	static const char *const names[] = {"one", "two"};
	LAB_FREE char *plan = through_pipe(send_plan, names);
	LAB_FREE char *end = through_pipe(send_end, NULL);
	LAB_FREE char *run = through_pipe(send_run, NULL);
	struct verdict_line got;

	ck_assert_str_eq(plan, "{\"plan\":[\"one\",\"two\"]}\n");
	ck_assert_int_eq(verdict_receive_line(plan, strlen(plan), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_PLAN);
	ck_assert_uint_eq(got.count, 2);
	ck_assert_str_eq(got.names[1], "two");
	verdict_line_done(&got);
	ck_assert_str_eq(run, "{\"run\":17,\"of\":60}\n");
	ck_assert_int_eq(verdict_receive_line(run, strlen(run), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_RUN);
	ck_assert_uint_eq(got.run, 17);
	ck_assert_uint_eq(got.of, 60);
	verdict_line_done(&got);
	ck_assert_str_eq(end, "{\"end\":true}\n");
	ck_assert_int_eq(verdict_receive_line(end, strlen(end), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_END);
	verdict_line_done(&got);
}
END_TEST

START_TEST(nothing_else_is_taken_from_the_wire)
{
	static const char *const lines[] = {
		"",
		"{",
		"[]",
		"3",
		"{}",
		"{\"end\":false}",
		"{\"run\":3}",
		"{\"run\":-1,\"of\":3}",
		"{\"plan\":3}",
		"{\"plan\":[\"a\",3]}",
		"{\"name\":\"a\",\"name\":\"b\"}",
		"{\"name\":\"a\",\"verdict\":\"passed\",\"class\":\"none\",\"line\":0,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"nothing\",\"line\":0,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"none\",\"line\":-1,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"none\",\"line\":0,"
		"\"weight\":\"1\",\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"verdict\":\"pass\",\"class\":\"none\",\"line\":0,\"weight\":1,\"runs\":1,"
		"\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"message\":3,\"verdict\":\"pass\",\"class\":\"none\","
		"\"line\":0,\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"none\",\"line\":0,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false} x",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct lab_error e = {0};
		struct verdict_line got;

		ck_assert_msg(verdict_receive_line(lines[i], strlen(lines[i]), &got, &e) == -1,
			"%s", lines[i]);
		ck_assert_int_eq(e.kind, LAB_BROKEN);
		ck_assert_msg(e.text[0] != '\0', "%s", lines[i]);
		verdict_line_done(&got);
	}
}
END_TEST

int main(void)
{
	return RUN_SUITE("wire", names_go_both_ways, results_survive_the_wire,
		a_pass_has_no_message, plan_and_end_survive_the_wire,
		nothing_else_is_taken_from_the_wire);
}
