/* See small_class.h. */
#include "config.h"

#include "tests/unit/small_class.h"

#include <stddef.h>

static const struct exercise first = {.id = (char *)"00-basecamp/01-first-run", .points = 1};
static const struct exercise eof = {.id = (char *)"04-pipes/02-eof-or-hang", .points = 3};
static const struct exercise ring = {.id = (char *)"04-pipes/12-ring", .points = 4};
const struct exercise *const exercises[EXERCISES] = {&first, &eof, &ring};

const struct report_person people[STUDENTS] = {
	{"Ada Lovelace", "ada@example.org", "1815", "77", "alovelace", "A", "feedback/Ada.md"},
	{"Bob", "-bob@example.org", "1900", NULL, NULL, NULL, NULL},
	{"=HYPERLINK(\"x\")", "@SUM(1)", "0", NULL, NULL, NULL, NULL},
	{"Eve\nPoints Possible", NULL, NULL, NULL, NULL, NULL, NULL},
	{"<script>alert(1)</script>\033\377", "", "", NULL, NULL, NULL, NULL},
};

static struct check_result passed_one = {
	.name = (char *)"counts", .verdict = VERDICT_PASS, .weight = 1};

static struct check_result failed_one(const char *message, const char *source)
{
	return (struct check_result){
		.name = (char *)"sees_end",
		.verdict = VERDICT_FAIL,
		.class = CLASS_DEADLOCK,
		.message = (char *)message,
		.file = (char *)"count.c",
		.line = 31,
		.source = (char *)source,
		.weight = 2,
	};
}

static struct report report_of(const struct exercise *e, struct check_result *checks, size_t count)
{
	bool failed = count > 1;

	return (struct report){.exercise = e->id,
		.verdict = failed ? VERDICT_FAIL : VERDICT_PASS,
		.score = failed ? e->points / 4.0 : e->points,
		.max_score = e->points,
		.checks = checks,
		.check_count = count};
}

struct report_class *class_with(const char *message, const char *source)
{
	static const struct report_diagnostic error = {
		"ring.c", 7, 3, "error", "expected ';' before '}'", "\treturn 0 }"};
	struct report_class *c = report_class_new(people, STUDENTS, exercises, EXERCISES);
	struct check_result checks[2] = {passed_one, failed_one(message, source)};
	struct report unbuilt = {.exercise = ring.id,
		.verdict = VERDICT_FAIL,
		.max_score = 4,
		.diagnostics = &error,
		.diagnostic_count = 1};
	static const struct refusal refusal = {
		"open(\"/srv/bob/key\")", "files of the machine", "ring.c", 9, NULL, 5};
	struct report none = {.missing = "nothing was handed in"};
	struct report broken = {.verdict = VERDICT_BROKEN, .complaint = "EIO of \"/srv/secret\""};

	for (size_t x = 0; x < EXERCISES; x++) {
		struct report good = report_of(exercises[x], checks, 1);
		struct report bad = report_of(exercises[x], checks, 2);

		bad.refused = &refusal;
		bad.refused_count = x == 1;
		report_class_starter(c, x, "begun");
		report_class_add(c, 0, x, &good, good.score, "ada's");
		report_class_add(c, 1, x, &bad, bad.score, "same");
		report_class_add(c, 2, x, &bad, x == 2 ? bad.score / 2 : bad.score, "same");
		report_class_add(c, 3, x, &none, 0, NULL);
	}
	report_class_add(c, 4, 0, &unbuilt, 0, "begun");
	report_class_add(c, 4, 1, &broken, 0, "begun");
	return c;
}

const char said[] = "Reader 6780 waits for EOF (fd 4).\n\nIt waits for ever.";
const char line[] = "\twhile (read(ends[0], &byte, 1) > 0)  ";
const char *const hostile[] = {
	"",
	"\n",
	"</td></tr></table><h1>x",
	"\"onclick=\"alert(1)\" x='",
	"</script><script>alert(1)</script>",
	"<!--",
	"]]>",
	"&lt;&#60;&amp",
	"\001\002\033[2J\177\r\302\233",
	"\377\300\200\355\240\200\342\202",
	"\357\277\276\357\277\277\342\200\256",
	"=cmd|' /C calc'!A0",
	" \t+1+cmd\\",
	"\\\"",
	"\"\"\"",
	"-\r\n@x,y;z",
	"\357\274\235SUM(A1)",
};
const int hostile_count = sizeof(hostile) / sizeof(hostile[0]);

struct report_class *poisoned(const char *text, struct report_person *person)
{
	struct check_result checks[2] = {passed_one, failed_one(text, text)};
	struct report bad = report_of(&first, checks, 2);
	const struct refusal refusal = {(char *)text, "why", (char *)text, 3, (char *)text, 2};
	struct report_class *c;

	*person = (struct report_person){text, text, text, text, text, text, text};
	checks[1].file = (char *)text;
	bad.refused = &refusal;
	bad.refused_count = 1;
	c = report_class_new(person, 1, exercises, 1);
	report_class_add(c, 0, 0, &bad, bad.score, text);
	return c;
}
