/*
 * lab/report's page of a log: well-formed whatever the log holds, every row and every state there,
 * nothing of a log that becomes markup, script or an invisible character.
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/path.h"
#include "lab/report/html.h"
#include "lab/report/report.h"
#include "lab/timeline/timeline.h"
#include "tests/unit/pages.h"
#include "tests/unit/text_log.h"

#define SAVED ABS_TOP_SRCDIR "/tests/golden/deadlocks"

/* ---- parts of a page ---- */

static char *page_of(const struct event_log *log, const char *title)
{
	struct buf page = BUF_INIT;

	report_html(&page, log, title);
	ck_assert_uint_eq(strlen(buf_text(&page)), page.len);
	check_form(buf_text(&page));
	return buf_take(&page);
}

/* What stands between FROM and END; the caller frees. */
static char *between(const char *page, const char *from, const char *end)
{
	const char *start = strstr(page, from), *stop;

	ck_assert_msg(start != NULL, "no %s", from);
	start += strlen(from);
	stop = strstr(start, end);
	ck_assert_msg(stop != NULL, "no %s", end);
	return lab_xprintf("%.*s", (int)(stop - start), start);
}

static json_t *states_of(const char *page)
{
	LAB_FREE char *text =
		between(page, "<script type=\"application/json\" id=\"states\">", "</script>");
	json_error_t error;
	json_t *states = json_loads(text, 0, &error);

	ck_assert_msg(states != NULL, "line %d: %s", error.line, error.text);
	return states;
}

/* The state of a row as text, as page.js would show it. */
static char *state_text(const json_t *states, size_t row)
{
	const json_t *texts = json_object_get(states, "texts");
	const json_t *codes = json_array_get(json_object_get(states, "rows"), row);
	struct buf text = BUF_INIT;

	ck_assert(json_is_array(codes));
	for (size_t i = 0; i < json_array_size(codes); i++) {
		json_int_t code = json_integer_value(json_array_get(codes, i));

		buf_puts(&text, code & 3 ? "\n" : "");
		buf_puts(&text, json_string_value(json_array_get(texts, (size_t)code / 64)));
	}
	return buf_take(&text);
}

static void has_safe(const char *page, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	html_text(&safe, text);
	HAS(page, buf_text(&safe));
}

/* Every row of the timeline, with its state. */
static void check_rows(const struct event_log *log, const char *page)
{
	TIMELINE_SCOPED *t = timeline_new(log);
	size_t rows = timeline_rows(t, true);
	json_t *states = states_of(page);

	ck_assert_uint_eq(count_of(page, "<tr id=\"s"), rows);
	ck_assert_uint_eq(json_array_size(json_object_get(states, "rows")), rows);
	for (size_t i = 0; i < rows; i++) {
		LAB_FREE char *id =
			lab_xprintf("<tr id=\"s%" PRIu32 "\" ", timeline_row(t, true, i).last);
		LAB_FREE char *text = state_text(states, i);
		struct timeline_facts facts;

		ck_assert_uint_eq(count_of(page, id), 1);
		timeline_facts(
			&facts, timeline_at(t, TIMELINE_NOW, timeline_row(t, true, i).last), NULL);
		for (size_t k = 0; k < facts.count; k++)
			has_safe(text, facts.list[k].text);
		timeline_facts_done(&facts);
	}
	json_decref(states);
}

/* ---- saved logs ---- */

static bool is_log(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && strcmp(dot, ".log") == 0;
}

START_TEST(saved_logs)
{
	DIR *dir = opendir(SAVED);
	struct dirent *d;
	int logs = 0;

	ck_assert_ptr_nonnull(dir);
	while ((d = readdir(dir))) {
		LAB_FREE char *path = path_join(SAVED, d->d_name);
		struct lab_error e = {0};
		EVENT_LOG_SCOPED *log = NULL;

		if (!is_log(d->d_name))
			continue;
		log = event_log_load(path, &e);
		ck_assert_msg(log != NULL, "%s", e.text);

		LAB_FREE char *page = page_of(log, d->d_name);
		LAB_FREE char *again = page_of(log, d->d_name);

		check_rows(log, page);
		ck_assert_str_eq(page, again);
		HAS(page, "<section id=\"end\">");
		logs++;
	}
	closedir(dir);
	ck_assert_int_gt(logs, 30);
}
END_TEST

/* What stands there for those who read it without the script. */
START_TEST(a_deadlock)
{
	struct lab_error e = {0};
	EVENT_LOG_SCOPED *log = event_log_load(SAVED "/sem-cycle.log", &e);

	ck_assert_msg(log != NULL, "%s", e.text);

	LAB_FREE char *page = page_of(log, "./dine & co");
	json_t *states = states_of(page);

	HAS(page, "<title>./dine &amp; co - ipclab timeline</title>");
	HAS(page, "Cycle: t2 \u2500sem_wait(sem:2)\u25b6 t3 \u2500sem_wait(sem:1)\u25b6 t2</p>");
	HAS(page, "<tr id=\"s6\" class=\"life\"><td class=\"n\"><a href=\"#s6\">6</a></td>"
		  "<td class=\"n\">0.000006</td><td class=\"who\">t1 \u2192 t2</td>"
		  "<td class=\"lanes\" aria-hidden=\"true\">\u25cf\u2500\u25b6\u2502     </td>"
		  "<td class=\"what\">fork -&gt; child t2 (pid 4712)</td>"
		  "<td class=\"place\">dine.c:34</td></tr>\n");
	HAS(page, "<tr id=\"s11\" class=\"wait\">");
	HAS(page, "<b>!</b> DEADLOCK: everyone is blocked and nothing is pending");
	HAS(page, "<tr id=\"s15\" class=\"waits\">");
	HAS(page, "<h3>t2 dine 4712</h3>\n");
	/* it begins where the run went wrong */
	ck_assert_int_eq(json_integer_value(json_object_get(states, "start")), 12);
	HAS(page, "<tr id=\"s13\" class=\"bad\">");
	json_decref(states);
}
END_TEST

START_TEST(changes_stand_out)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG("- run -", "t1 start - prog=x argv0=x pid=4711",
		"t1 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0 @x.c:5:main",
		"t1 call write fd=4 obj=pipe:1 len=5 ret=5 data=hello @x.c:6:main",
		"t1 call close fd=3 obj=pipe:1 ret=0 @x.c:7:main");
	LAB_FREE char *page = page_of(log, "x");
	char *state = between(page, "aria-live=\"polite\">\n", "</div>");

	HAS(state, "<h3>t1 x 4711</h3>\n"
		   "<p><span class=\"mark\">*</span><span>runs</span>"
		   "<b> at x.c:7 main()</b></p>\n"
		   "<p><span class=\"mark\">*</span><b>fds ");
	HAS(state, "<p><span class=\"mark\">*</span><span>5 bytes</span><b>; written by");
	HAS(page, "This log was cut");
	LACKS(page, "How it ended");
	free(state);
}
END_TEST

/* ---- what a program would like ---- */

#define ATTACK   "</script><script>alert(1)</script>"
#define ESCAPED  "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
#define IN_A_LOG "\"</script><script>alert(1)</script>\""

START_TEST(hostile_logs)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG("- run - schedule=" IN_A_LOG,
		"t1 start - prog=" IN_A_LOG " argv0=" IN_A_LOG " argv1=\"\\x1b[2J\\xff\\x00z\"",
		"t1 call write fd=1 obj=stdout ret=34 data=" IN_A_LOG,
		"t1 call open path=\"\\xe2\\x80\\xae<!--&amp;'\\xef\\xbf\\xbf\" ret=3 "
		"obj=" IN_A_LOG,
		"t1 call " IN_A_LOG " err=" IN_A_LOG, "t1 block read fd=3 obj=" IN_A_LOG,
		"- deadlock -", "t1 waits read fd=3 obj=" IN_A_LOG " since=5",
		"t1 holds - fd=3 obj=" IN_A_LOG " mode=r why=deadlock",
		"- end - why=deadlock sig=SIGKILL");

	event_set_place(log, log->events[2], "a<b>&\"'\n\033.c", 7, "<i>");

	LAB_FREE char *page = page_of(log, ATTACK "\033]0;x\007\xff'\"&");

	check_rows(log, page);
	ck_assert_uint_eq(count_of(page, "<script"), 2);
	ck_assert_uint_eq(count_of(page, "</script>"), 2);
	ck_assert_uint_eq(count_of(page, "<!--"), 0);
	LACKS(page, "<i>");
	HAS(page, "<h1>" ESCAPED "\\x1b]0;x\\x07\\xff&#39;&quot;&amp;</h1>");
	HAS(page, "a&lt;b&gt;&amp;&quot;&#39;\n\\x1b.c:7");
	HAS(page, "path=\\xe2\\x80\\xae&lt;!--&amp;amp;&#39;\\xef\\xbf\\xbf");
	HAS(page, "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)");
}
END_TEST

/* ---- the page of a check ---- */

static char *page_of_check(const struct report *r, size_t shown, const struct event_log *log)
{
	struct buf page = BUF_INIT;

	report_html_check(&page, r, shown, log);
	ck_assert_uint_eq(strlen(buf_text(&page)), page.len);
	check_form(buf_text(&page));
	return buf_take(&page);
}

START_TEST(a_failed_check)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG("t1 start - prog=x argv0=x",
		"t1 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0 @count.c:7:main",
		"t1 block read fd=3 obj=pipe:1 @count.c:9:main",
		"t1 call write fd=1 obj=stdout ret=3 @count.c:11:main", "- end - why=ended");
	struct check_result checks[] = {
		{.name = "starts", .verdict = VERDICT_PASS, .weight = 1},
		{.name = ATTACK,
			.verdict = VERDICT_FAIL,
			.class = CLASS_DEADLOCK,
			.message = ATTACK "\n\n  \033[2J\xff",
			.file = ATTACK,
			.line = 9,
			.schedule = "random:3",
			.weight = 1},
		{.name = "ends",
			.verdict = VERDICT_FAIL,
			.class = CLASS_DEADLOCK,
			.message = ATTACK "\n\n  \033[2J\xff",
			.file = ATTACK,
			.line = 9,
			.weight = 1},
	};
	const char *api[] = {"pipe(2)", ATTACK, NULL};
	struct report r = {.exercise = ATTACK,
		.title = ATTACK,
		.verdict = VERDICT_FAIL,
		.score = 1,
		.max_score = 3,
		.checks = checks,
		.check_count = 3,
		.api = api,
		.submission = ATTACK};
	LAB_FREE char *page = page_of_check(&r, 1, log);
	LAB_FREE char *without = page_of_check(&r, 3, NULL);

	check_rows(log, page);
	HAS(page, "<h1>" ESCAPED ": " ESCAPED "</h1>");
	HAS(page, "2 of 3 checks failed, 1 of 3 points.");
	HAS(page, "<pre>" ESCAPED "\n\n  \\x1b[2J\\xff</pre>");
	HAS(page, "<code>" ESCAPED ":9</code>");
	HAS(page, "The same as in " ESCAPED ".");
	HAS(page, "<p id=\"passed\">Passed: starts.</p>");
	ck_assert_uint_eq(count_of(page, "href=\"#run\""), 1);
	HAS(page, "step by step</h2>");
	ck_assert_uint_eq(count_of(page, "<script"), 2);
	ck_assert_uint_eq(count_of(page, "random:3"), 2); /* in the command, too */
	ck_assert_uint_eq(count_of(without, "<script"), 0);
	LACKS(without, "href=\"#run\"");
	LACKS(without, "<table");
}
END_TEST

/* It opens where the check names a line. */
START_TEST(a_failed_check_opens_at_its_line)
{
	EVENT_LOG_SCOPED *log =
		TEXT_LOG("t1 start - prog=x argv0=x", "t1 call close fd=3 ret=0 @count.c:7:main",
			"t1 call close fd=4 ret=0 @count.c:9:main",
			"t1 call close fd=5 ret=0 @count.c:11:main", "- end - why=ended");
	struct check_result check = {.name = "x",
		.verdict = VERDICT_FAIL,
		.class = CLASS_OUTPUT,
		.message = "wrong",
		.file = "count.c",
		.line = 9,
		.weight = 1};
	struct report r = {
		.exercise = "e", .verdict = VERDICT_FAIL, .checks = &check, .check_count = 1};
	LAB_FREE char *page = page_of_check(&r, 0, log);
	json_t *states = states_of(page);

	ck_assert_int_eq(json_integer_value(json_object_get(states, "start")), 2);
	json_decref(states);
}
END_TEST

START_TEST(other_verdicts)
{
	struct check_result passed = {.name = "ok", .verdict = VERDICT_PASS, .weight = 1};
	struct report_diagnostic error = {"count.c", 7, 3, "error", "no <b> & no \033", NULL};
	struct report pass = {.exercise = "e",
		.verdict = VERDICT_PASS,
		.score = 2,
		.max_score = 2,
		.checks = &passed,
		.check_count = 1,
		.diagnostics = &error,
		.diagnostic_count = 1};
	struct report unbuilt = {.exercise = "e",
		.verdict = VERDICT_FAIL,
		.max_score = 2,
		.diagnostics = &error,
		.diagnostic_count = 1};
	struct report broken = {
		.exercise = "e", .verdict = VERDICT_BROKEN, .complaint = "the <disk> is full"};
	LAB_FREE char *page = page_of_check(&pass, 1, NULL);
	LAB_FREE char *other = page_of_check(&unbuilt, 0, NULL);
	LAB_FREE char *last = page_of_check(&broken, 0, NULL);

	HAS(page, "the one check, 2 of 2 points.");
	HAS(page, "<h2>What the compiler said</h2>");
	HAS(other, "it does not build, so nothing could run; 0 of 2 points.");
	ck_assert_uint_eq(count_of(other, "count.c:7:3: error: no &lt;b&gt; &amp; no \\x1b"), 1);
	HAS(last, "the lab itself failed, not you.");
	HAS(last, "the &lt;disk&gt; is full");
}
END_TEST

/* Of the script and the style nothing but themselves may be run, and nothing else loaded. */
static void check_sum(const char *policy, const char *page, const char *tag)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	LAB_FREE char *open = lab_xprintf("<%s>", tag);
	LAB_FREE char *close = lab_xprintf("</%s>", tag);
	LAB_FREE char *from = lab_xprintf("%s-src 'sha256-", tag);
	LAB_FREE char *code = between(page, open, close);
	LAB_FREE char *sum = between(policy, from, "='");
	BUF_SCOPED hex = BUF_INIT;
	char expected[SHA256_HEX];
	struct sha256 own;
	unsigned bits = 0;
	int have = 0;

	for (const char *p = sum; *p; p++) {
		ck_assert_ptr_nonnull(strchr(digits, *p));
		bits = bits << 6 | (unsigned)(strchr(digits, *p) - digits);
		for (have += 6; have >= 4; have -= 4)
			buf_printf(&hex, "%x", bits >> (have - 4) & 15);
	}
	sha256_init(&own);
	sha256_add(&own, code, strlen(code));
	sha256_hex(&own, expected);
	ck_assert_str_eq(buf_text(&hex), expected);
}

START_TEST(nothing_else_runs)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG("t1 start - prog=x argv0=x", "t1 exit - status=0");
	LAB_FREE char *page = page_of(log, "x");
	LAB_FREE char *policy =
		between(page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"/>");

	ck_assert_int_eq(strncmp(policy, "default-src 'none'; ", 20), 0);
	check_sum(policy, page, "script");
	check_sum(policy, page, "style");
	ck_assert_uint_eq(count_of(page, "http"), 2); /* xmlns, http-equiv */
	LACKS(page, " src=");
	LACKS(page, "url(");
	LACKS(page, "@import");
}
END_TEST

/* ---- sizes ---- */

START_TEST(nothing_to_tell)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG("- run -");
	EVENT_LOG_SCOPED *empty = event_log_new();
	LAB_FREE char *page = page_of(log, "x");
	LAB_FREE char *other = page_of(empty, "");

	HAS(page, "This log tells of nothing.");
	HAS(other, "This log tells of nothing.");
}
END_TEST

/* STEPS events that cannot be folded, by TASKS processes, which all live from the beginning. */
static struct event_log *large_log(size_t steps, int tasks)
{
	struct event_log *log = event_log_new();

	event_log_append(log, event_new(log, EVENT_START, 1, 0, "-"));
	for (size_t i = 1; i < steps; i++) {
		int task = (int)(i * i % (size_t)tasks) + 1;
		struct event *e = event_new(log, EVENT_CALL, task, (int64_t)i * 1000, "lseek");

		if ((int)i < tasks) {
			e = event_new(log, EVENT_FORK, 1, (int64_t)i * 1000, "fork");
			event_add_task(log, e, "child", (int)i + 1);
		} else {
			event_add_int(log, e, "offset", (int64_t)i);
			event_add_int(log, e, "ret", (int64_t)i);
		}
		event_log_append(log, e);
	}
	return log;
}

START_TEST(large_logs_are_cut_in_the_middle)
{
	EVENT_LOG_SCOPED *log = large_log(100000, 3);
	LAB_FREE char *page = page_of(log, "x");
	json_t *states = states_of(page);

	ck_assert_uint_eq(count_of(page, "<tr id="), 2000);
	ck_assert_uint_eq(json_array_size(json_object_get(states, "rows")), 2000);
	ck_assert_uint_lt(strlen(page), 2000000);
	HAS(page, "<tr id=\"s999\" ");
	LACKS(page, "<tr id=\"s1000\" ");
	LACKS(page, "<tr id=\"s98999\" ");
	HAS(page, "<tr id=\"s99000\" ");
	HAS(page, "<tr id=\"s99999\" ");
	HAS(page, "98000 rows in the middle are left out.");
	HAS(page, "98000 rows are left out here, steps 1000 to 98999:");
	json_decref(states);
}
END_TEST

/* What was not read of a file is said. */
START_TEST(parts_of_logs_say_so)
{
	EVENT_LOG_SCOPED *log = large_log(50, 3);
	LAB_FREE char *page = NULL, *cut = NULL;

	log->left_out = 9999950;
	page = page_of(log, "x");
	HAS(page, "This log has 10000000 events: only the first 50 are shown.");
	log->left_out = 0;
	log->cut = true;
	cut = page_of(log, "x");
	HAS(cut, "This log was cut: it does not tell of the end.");
}
END_TEST

START_TEST(many_processes_have_fewer_rows)
{
	EVENT_LOG_SCOPED *log = large_log(4000, 400);
	LAB_FREE char *page = page_of(log, "x");
	size_t rows = count_of(page, "<tr id=");

	ck_assert_uint_gt(rows, 200);
	ck_assert_uint_lt(rows, 1800);
	ck_assert_uint_lt(strlen(page), 4000000);
	HAS(page, "have no lane of their own");
}
END_TEST

/* ROUNDS times write, read. */
static struct event_log *repeating_log(int rounds)
{
	struct event_log *log = event_log_new();

	for (int i = 0; i < 2 * rounds; i++) {
		struct event *e = event_new(log, EVENT_CALL, 1, i, i % 2 ? "read" : "write");

		event_add_bytes(log, e, "data", i == 7 ? "<b>" : "x", i == 7 ? 3 : 1);
		event_log_append(log, e);
	}
	return log;
}

/* What repeats is one row that says how often, and opens to all that it stands for. */
START_TEST(repetitions_are_folded)
{
	EVENT_LOG_SCOPED *log = repeating_log(40);
	LAB_FREE char *page = page_of(log, "x");

	check_form(page);
	ck_assert_uint_eq(count_of(page, "<tr id="), 2);
	ck_assert_uint_eq(count_of(page, "<details>"), 2);
	ck_assert_uint_eq(count_of(page, "<span>"), 80);
	HAS(page,
		"<td class=\"what\"><details><summary>write() &quot;x&quot; <b>x 40 \u2510</b>"
		"</summary><span>0 at 0.000000: write() &quot;x&quot;</span><span>2 at 0.000000: ");
	HAS(page, "<span>78 at 0.000000: write() &quot;x&quot;</span></details></td>");
	HAS(page, "<b>x 40 \u2518</b></summary><span>1 at 0.000000: read() &quot;x&quot;</span>");
	/* its data differ, and nothing of them is markup */
	HAS(page, "<span>7 at 0.000000: read() &quot;&lt;b&gt;&quot;</span>");
	LACKS(page, "shows them");
}
END_TEST

START_TEST(long_repetitions_are_cut)
{
	EVENT_LOG_SCOPED *log = repeating_log(30000);
	LAB_FREE char *page = page_of(log, "x");

	ck_assert_uint_eq(count_of(page, "<details>"), 2);
	ck_assert_uint_eq(count_of(page, "<span>and 29900 more: \"ipclab timeline\" shows"), 2);
	ck_assert_uint_lt(strlen(page), 100000);
}
END_TEST

int main(void)
{
	return RUN_SUITE("html", saved_logs, a_deadlock, changes_stand_out, hostile_logs,
		a_failed_check, a_failed_check_opens_at_its_line, other_verdicts, nothing_else_runs,
		nothing_to_tell, large_logs_are_cut_in_the_middle, parts_of_logs_say_so,
		many_processes_have_fewer_rows, repetitions_are_folded, long_repetitions_are_cut);
}
