/*
 * Expectations. The first one that does not hold is the check's verdict, and ends it. A failure is
 * told under the schedule of the run that it was seen in.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/internal.h"

void fail_check(struct judged *judged, enum verdict_class class, struct event_place place,
	const char *fmt, ...)
{
	struct buf message = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	/* place belongs to a log that stays until the record is written */
	judge_close_runs();
	judge_record(
		VERDICT_FAIL, class, buf_text(&message), place, judged ? judged->schedule : NULL);
}

void broken_check(const char *fmt, ...)
{
	struct lab_error e = {.kind = LAB_BROKEN};
	BUF_SCOPED message = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	strncpy(e.text, buf_text(&message), sizeof(e.text) - 1);
	judge_broken(&e);
}

/* Deadlock and the like explain more than "it printed nothing". */
static void explain_first(struct judged *judged)
{
	if (!judged->look_first)
		judge_fatal_findings(judged);
}

static const struct event *end_of(struct judged *judged)
{
	const struct model_task *first = model_task(model_of(judged), 1);

	return first ? first->died : NULL;
}

void expect_exit(struct judged *judged, int status)
{
	int got = exit_of(judged);

	if (got == status)
		return;
	explain_first(judged);
	if (got == INT_MIN)
		fail_check(judged, CLASS_EXIT, place_of(NULL),
			"Your program had not ended at %.3f s of virtual time; it should have "
			"ended "
			"with status %d.",
			seconds_of(judged), status);
	if (got < 0)
		fail_check(judged, CLASS_EXIT, place_of(end_of(judged)),
			"Your program was ended by signal %d (%s); it should have ended by itself "
			"with status %d.",
			-got, strsignal(-got), status);
	fail_check(judged, CLASS_EXIT, place_of(end_of(judged)),
		"Your exit status was %d, it should be %d. The status is what your program tells "
		"whoever waits for it: 0 means success, anything else is a failure (exit(3)).",
		got, status);
}

void expect_killed(struct judged *judged, int sig)
{
	int got = exit_of(judged);

	if (got == -sig)
		return;
	explain_first(judged);
	if (got == INT_MIN)
		fail_check(judged, CLASS_EXIT, place_of(NULL),
			"Signal %d (%s) should have ended your program, but it lives on.", sig,
			strsignal(sig));
	fail_check(judged, CLASS_EXIT, place_of(end_of(judged)),
		"Signal %d (%s) should have ended your program; it ended with %s %d instead.", sig,
		strsignal(sig), got < 0 ? "signal" : "status", got < 0 ? -got : got);
}

void expect_output(struct judged *judged, const char *text)
{
	const struct buf *out = run_output(judged->run, 1);
	size_t len = strlen(text);
	BUF_SCOPED diff = BUF_INIT;

	if (out->len == len && memcmp(buf_text(out), text, len) == 0)
		return;
	explain_first(judged);
	verdict_diff(&diff, text, len, buf_text(out), out->len);
	fail_check(judged, CLASS_OUTPUT, place_of(NULL),
		"Standard output is not what it should be (- expected, + yours):\n%s",
		buf_text(&diff));
}

/* Finds LINE among the lines of TEXT that USED does not mark; marks it. */
static bool take_line(const char *text, char *used, const char *line)
{
	size_t want = strlen(line), number = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (!used[number] && len == want && memcmp(text, line, len) == 0) {
			used[number] = 1;
			return true;
		}
		number++;
		text += len + (text[len] == '\n');
	}
	return false;
}

void expect_output_lines(struct judged *judged, const char *const *lines)
{
	const char *text = output_of(judged);
	LAB_FREE char *used = lab_xmalloc(strlen(text) + 1);
	BUF_SCOPED wanted = BUF_INIT;
	BUF_SCOPED diff = BUF_INIT;
	size_t count = 0, have = 0;
	bool all = true;

	for (size_t i = 0; lines[i]; i++, count++) {
		all = take_line(text, used, lines[i]) && all;
		buf_printf(&wanted, "%s\n", lines[i]);
	}
	for (const char *p = text; *p; have++)
		p += strcspn(p, "\n") + (p[strcspn(p, "\n")] == '\n');
	if (all && have == count && (!*text || text[strlen(text) - 1] == '\n'))
		return;
	explain_first(judged);
	verdict_diff(&diff, buf_text(&wanted), wanted.len, text, output_size(judged));
	fail_check(judged, CLASS_OUTPUT, place_of(NULL),
		"These lines should be on standard output, in any order (- expected, + yours):\n%s",
		buf_text(&diff));
}

void expect_errors(struct judged *judged, bool some)
{
	const char *text = errors_of(judged);

	if ((*text != '\0') == some)
		return;
	explain_first(judged);
	if (some)
		fail_check(judged, CLASS_OUTPUT, place_of(NULL),
			"A message should have come out on standard error (descriptor 2); nothing "
			"did.");
	fail_check(judged, CLASS_OUTPUT, place_of(NULL),
		"Nothing should come out on standard error (descriptor 2); this did: \"%.200s\".",
		text);
}
