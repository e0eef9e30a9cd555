/*
 * lab/report: the printers against saved texts. REPORT_UPDATE=1 in the environment writes the
 * golden files anew; look at the difference before you commit it.
 */
#include "config.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>

#include "lab/base/buf.h"
#include "lab/report/report.h"
#include "lab/report/words.h"
#include "tests/tap.h"
#include "tests/unit/golden.h"

#define GOLDEN ABS_TOP_SRCDIR "/tests/golden/"

static struct check_result checks[] = {
	{.name = "counts_bytes", .verdict = VERDICT_PASS, .weight = 1},
	{
		.name = "reader_sees_end_of_file",
		.verdict = VERDICT_FAIL,
		.class = CLASS_DEADLOCK,
		.message =
			"Nobody can go on. count 4711 waits in read() on pipe:1 for the end of "
			"file, "
			"but still holds the write end of that very pipe itself as descriptor 4.\n"
			"\n"
			"  expected  three\\n\n"
			"  got       (nothing)",
		.file = "count.c",
		.line = 31,
		.schedule = "random:3",
		.shortest = "choices:1.0",
		.schedules = 4,
		.weight = 2,
	},
	{
		.name = "any_bytes",
		.verdict = VERDICT_BROKEN,
		.class = CLASS_BROKEN,
		.message = "the log could not be read",
		.weight = 1,
	},
};
static const struct report_diagnostic diagnostics[] = {
	{"count.c", 7, 3, "warning", "unused variable 'x'", "\tint x;"},
	{"count.c", 9, 13, "error", "expected ';' before '}' token", "\tputs(\"\303\244\")"},
	{"", 0, 0, "error", "linking failed", NULL},
	{"count.c", 12, 9, "note", "a \033[2Jclear", "\tx\033\t\t= y"},
};
static const char *const api[] = {"pipe(2)", "close(2)", NULL};

static struct report sample(void)
{
	return (struct report){
		.exercise = "04-pipes/02-eof-or-hang",
		.title = "Who holds the write end?",
		.verdict = VERDICT_FAIL,
		.score = 0.75,
		.max_score = 3,
		.isolation = "full",
		.seed = 1,
		.engine = "ipclab 1",
		.compiler = "gcc 12.2.0",
		.libc = "glibc 2.36",
		.kernel = "6.1",
		.checks = checks,
		.check_count = 2,
		.log_sha256 = "00ff",
		.lesson = "exercises/04-pipes/README.md",
		.api = api,
		.submission = "my work/count",
	};
}

static void expect_golden(const char *name, const char *text)
{
	LAB_FREE char *path = lab_xprintf("%s%s", GOLDEN, name);

	expect_saved("REPORT_UPDATE", path, text);
}

static char *text_of_report(const struct report *r, bool colour, int width)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	report_text(out, r, colour, width);
	fclose(out);
	return text;
}

static void expect_text(const char *golden, const struct report *r, bool colour, int width)
{
	LAB_FREE char *text = text_of_report(r, colour, width);

	expect_golden(golden, text);
}

START_TEST(failed_check_as_text)
{
	struct report r = sample();

	expect_text("report-fail.txt", &r, false, 72);
}
END_TEST

START_TEST(failed_check_in_colour)
{
	struct report r = sample();

	expect_text("report-colour.txt", &r, true, 0);
}
END_TEST

START_TEST(same_failure_is_told_once)
{
	struct check_result twice[] = {checks[1], checks[1], checks[1], checks[1], checks[1]};
	struct report r = sample();

	twice[1].name = (char *)"empty_input";
	twice[1].message =
		(char *)"Nobody can go on. count 12 waits in read() on pipe:1 for the end of "
			"file, but still holds the write end of that very pipe itself as "
			"descriptor 4.\n\n  expected  three\\n\n  got       (nothing)";
	twice[2].name = (char *)"elsewhere";
	twice[2].line = 7;
	twice[3].file = NULL;
	twice[4].file = NULL;
	r.checks = twice;
	r.check_count = 5;
	expect_text("report-same.txt", &r, false, 80);
}
END_TEST

START_TEST(passed)
{
	struct report r = sample();

	r.check_count = 1;
	r.verdict = VERDICT_PASS;
	r.score = 3;
	r.isolation = "reduced";
	expect_text("report-pass.txt", &r, false, 80);
}
END_TEST

START_TEST(does_not_build)
{
	struct report r = sample();

	r.check_count = 0;
	r.score = 0;
	r.diagnostics = diagnostics;
	r.diagnostic_count = 4;
	expect_text("report-compile.txt", &r, false, 80);
}
END_TEST

START_TEST(broken)
{
	struct report r = sample();

	r.check_count = 3;
	r.verdict = VERDICT_BROKEN;
	r.complaint = "the judge of 04-pipes/02-eof-or-hang was killed by SIGSEGV";
	expect_text("report-broken.txt", &r, false, 80);
}
END_TEST

START_TEST(json_is_as_saved)
{
	struct report r = sample();

	r.diagnostics = diagnostics;
	r.diagnostic_count = 3;
	LAB_FREE char *text = report_json(&r);
	LAB_FREE char *line = lab_xprintf("%s\n", text);

	expect_golden("report.json", line);
}
END_TEST

START_TEST(json_holds_what_a_program_printed)
{
	struct check_result c = checks[1];
	struct report r = sample();
	json_t *o, *message;

	c.message = (char *)"bytes \377\n and \033[2J";
	r.checks = &c;
	r.check_count = 1;
	LAB_FREE char *text = report_json(&r);

	o = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(o);
	message = json_object_get(json_array_get(json_object_get(o, "checks"), 0), "message");
	ck_assert_str_eq(json_string_value(message), "bytes \\xff\n and \033[2J");
	json_decref(o);
}
END_TEST

START_TEST(replay_is_one_shell_command)
{
	struct report r = sample();

	r.seed = 18446744073709551615u;
	r.course = "it's";
	LAB_FREE char *command = report_replay(&r, &checks[1], "build/ipclab");

	ck_assert_str_eq(command, "build/ipclab check 04-pipes/02-eof-or-hang --course 'it'\\''s' "
				  "--submission 'my work/count' --only reader_sees_end_of_file "
				  "--schedule random:3 --seed 18446744073709551615");
}
END_TEST

START_TEST(timeline_is_as_saved)
{
	struct lab_error e = {0};
	EVENT_LOG_SCOPED *log = event_log_load(GOLDEN "timeline.log", &e);
	BUF_SCOPED text = BUF_INIT;

	ck_assert_msg(log, "%s", e.text);
	for (size_t i = 0; i < log->count; i++)
		if (report_event(&text, log->events[i], false))
			buf_putc(&text, '\n');
	expect_golden("timeline.txt", buf_text(&text));
}
END_TEST

START_TEST(faults_have_words)
{
	static const char *const rows[][2] = {
		{"EAGAIN", "made to fail: send n=2 how=EAGAIN"},
		{"drop", "loses its datagram: send n=2 how=drop"},
		{"twice", "has its datagram doubled: send n=2 how=twice"},
		{"late", "has its datagram delayed: send n=2 how=late"},
		{"arrives", "and what was under way arrives: send n=2 how=arrives"},
		{"lost", "and what was under way finds nobody, or no room: send n=2 how=lost"},
		{"gone", "and what it makes, or sends, is gone at once: send n=2 how=gone"},
		{"other", "gets other bytes than were sent: send n=2 how=other"},
	};
	EVENT_LOG_SCOPED *log = event_log_new();
	struct event *e = event_new(log, EVENT_FAULT, 1, 0, "send");
	BUF_SCOPED text = BUF_INIT;

	event_add_int(log, e, "n", 2);
	event_add_text(log, e, "how", rows[_i][0]);
	report_event_words(&text, e);
	ck_assert_str_eq(buf_text(&text), rows[_i][1]);
}
END_TEST

START_TEST(steering_in_words)
{
	static const char *const rows[][2] = {
		{"- steer until-end", "lets it run to its end"},
		{"- steer until-output text=\"re ady\\n\"",
			"lets it run until it has printed \"re ady\\n\""},
		{"- steer until-blocked", "lets it run until all wait"},
		{"- steer until-time ns=2000012000", "lets it run until 2.000012"},
		{"- steer until-call call=fork n=1", "lets it run until it calls fork"},
		{"- steer until-call call=write n=2",
			"lets it run until it calls write for the 2nd time from here"},
		{"- steer until-call call=write n=13",
			"lets it run until it calls write for the 13th time from here"},
		{"- steer until-exit task=2", "lets it run until t2 has ended"},
		{"- steer until-exit task=0", "lets it run until somebody has ended"},
		{"- steer stopped why=ended", "takes over again: nobody goes on"},
		{"- steer launch program0=\"fan\\n3\\na b\\n$LANG=C\" input=0",
			"starts fan 3 'a b'"},
		{"- steer launch program0=fan input=1",
			"starts fan, with 1 byte on its standard input"},
		{"- steer write len=12", "writes 12 bytes to its standard input"},
		{"- steer close", "closes its standard input"},
		{"- steer signal sig=15 to=t2", "sends SIGTERM to t2"},
		{"- steer signal sig=40 to=t1", "sends signal 40 to t1"},
		{"- file - path=out.txt mode=420 data=\"x y\"",
			"reads the file out.txt (mode 0644): \"x y\""},
		{"- file - path=out.txt err=ENOENT errno=2", "reads the file out.txt: ENOENT"},
	};
	EVENT_LOG_SCOPED *log = event_log_new();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		LAB_FREE char *line = lab_xprintf("0 0 %s", rows[i][0]);
		LAB_FREE char *expected = lab_xprintf("the test %s", rows[i][1]);
		struct lab_error error = {0};
		const struct event *e = event_parse(log, line, "row", &error);
		BUF_SCOPED words = BUF_INIT;

		ck_assert_msg(e, "%s", error.text);
		ck_assert(report_event_words(&words, e));
		ck_assert_str_eq(buf_text(&words), expected);
	}
}
END_TEST

START_TEST(uses_of_memory_in_words)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"0 0 t2 use write obj=memory:1 at=4 n=4 value=-7",
			"write of memory:1, bytes 4-7: -7"},
		{"0 0 t2 use atomic-update obj=memory:1 at=0 n=1",
			"atomic-update of memory:1, byte 0"},
		{"0 0 t1 use volatile-read obj=variables:1 at=8 n=1 value=0 handler=SIGINT",
			"volatile-read of variables:1, byte 8: 0, in the handler of SIGINT"},
	};
	EVENT_LOG_SCOPED *log = event_log_new();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lab_error error = {0};
		const struct event *e = event_parse(log, rows[i].text, "row", &error);
		BUF_SCOPED words = BUF_INIT;

		ck_assert_msg(e != NULL, "%s", error.text);
		ck_assert(report_event_words(&words, e));
		ck_assert_str_eq(buf_text(&words), rows[i].words);
	}
}
END_TEST

START_TEST(timeline_shows_what_matters)
{
	struct event e = {.name = "x"};
	BUF_SCOPED line = BUF_INIT;

	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		bool hidden = kind == EVENT_RUN || kind == EVENT_HOLDS;

		e.kind = (enum event_kind)kind;
		buf_clear(&line);
		ck_assert_msg(
			report_event(&line, &e, true) == !hidden, "%s", event_kind_name(e.kind));
		ck_assert_int_eq(line.len == 0, hidden);
	}
}
END_TEST

START_TEST(words_are_made_safe)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"a\tb\n", "a\tb\n"}, {"\033[31m", "\\x1b[31m"}, {"\177\r", "\\x7f\\x0d"},
		{"\303\244 \342\202\254 \360\237\230\200",
			"\303\244 \342\202\254 \360\237\230\200"},
		{"\302\233", "\\xc2\\x9b"},                   /* U+009B is CSI */
		{"\300\200", "\\xc0\\x80"},                   /* not the shortest form */
		{"\355\240\200", "\\xed\\xa0\\x80"},          /* a surrogate */
		{"\364\220\200\200", "\\xf4\\x90\\x80\\x80"}, /* beyond U+10FFFF */
		{"\342\202", "\\xe2\\x82"},                   /* cut short */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		BUF_SCOPED b = BUF_INIT;

		words_add(&b, rows[i].from, true);
		ck_assert_str_eq(buf_text(&b), rows[i].to);
	}
}
END_TEST

START_TEST(words_are_wrapped)
{
	static const struct {
		const char *from;
		int indent, width;
		const char *to;
	} rows[] = {
		{"one two three", 0, 7, "one two\nthree\n"},
		{"one two three", 2, 0, "  one two three\n"},
		{"one  two", 0, 80, "one  two\n"},
		{"  deep one two", 1, 9, "   deep\n   one\n   two\n"},
		{"a\n\nb", 1, 80, " a\n\n b\n"},
		{"unbreakable", 0, 4, "unbreakable\n"},
		{"\303\244\303\244 \303\244\303\244", 0, 5, "\303\244\303\244 \303\244\303\244\n"},
		{"a b ", 0, 80, "a b\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		BUF_SCOPED b = BUF_INIT;

		words_wrap(&b, rows[i].from, rows[i].indent, rows[i].width);
		ck_assert_str_eq(buf_text(&b), rows[i].to);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report");
	TCase *texts = tcase_create("texts"), *events = tcase_create("events");

	tcase_add_test(texts, failed_check_as_text);
	tcase_add_test(texts, failed_check_in_colour);
	tcase_add_test(texts, same_failure_is_told_once);
	tcase_add_test(texts, passed);
	tcase_add_test(texts, does_not_build);
	tcase_add_test(texts, broken);
	tcase_add_test(texts, json_is_as_saved);
	tcase_add_test(texts, json_holds_what_a_program_printed);
	tcase_add_test(texts, replay_is_one_shell_command);
	tcase_add_test(texts, words_are_made_safe);
	tcase_add_test(texts, words_are_wrapped);
	tcase_add_test(events, timeline_is_as_saved);
	tcase_add_test(events, timeline_shows_what_matters);
	tcase_add_test(events, uses_of_memory_in_words);
	tcase_add_loop_test(events, faults_have_words, 0, 8);
	tcase_add_test(events, steering_in_words);
	suite_add_tcase(suite, texts);
	suite_add_tcase(suite, events);
	return tap_run(suite);
}
