/*
 * Expectations. The first one that does not hold is the check's verdict, and ends it. A failure is
 * told under the schedule of the run that it was seen in. A deadlock, a spin, a limit or a crash
 * explains more than what was printed or not printed because of it: it is told instead.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/internal.h"

static const struct event_place nowhere = {NULL, 0, NULL};

bool expects_of(struct judged *judged, enum verdict_class class)
{
	return class != CLASS_TIME || !judged || strncmp(judged->schedule, "slow:", 5) != 0;
}

/* A run that was not given another process does other things than it would have. */
static enum verdict_class explain_by_limit(
	const struct judged *judged, enum verdict_class class, struct buf *message)
{
	struct findings found;

	verdict_crowd(run_log(judged->run), &found);
	if (found.count) {
		buf_printf(message, "\n\n%s", found.list[0].message);
		class = CLASS_LIMIT;
	}
	findings_done(&found);
	return class;
}

void fail_check(struct judged *judged, enum verdict_class class, struct event_place place,
	const char *fmt, ...)
{
	struct buf message = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	if (judged)
		class = explain_by_limit(judged, class, &message);
	judge_close_runs(); /* they keep their logs, to which PLACE belongs */
	judge_record(
		VERDICT_FAIL, class, buf_text(&message), place, judged ? judged->schedule : NULL);
}

static struct event_place end_place(struct judged *judged)
{
	const struct model_task *first = model_task(model_of(judged), judged->task);

	return first ? place_of(first->died) : nowhere;
}

/* What people, shells and the kernel read out of some statuses (wait(2), bash(1), exit(3)). */
static const char *status_meaning(int status)
{
	if (status == 255)
		return " (255 is also what exit(-1) becomes: only the low 8 bits arrive.)";
	if (status == 127)
		return " (Shells say 127 when a command was not found.)";
	if (status == 126)
		return " (Shells say 126 when a file cannot be executed.)";
	if (status > 128 && status <= 128 + 64)
		return text_of(" (Shells say %d for a command that signal %d has killed.)", status,
			status - 128);
	return "";
}

void expect_sound(struct judged *judged)
{
	judge_fatal_findings(judged);
}

void expect_safe_handlers(struct judged *judged)
{
	struct findings found;

	verdict_handlers(log_of(judged), &found);
	if (found.count) {
		judge_fatal_findings(judged);
		fail_check(judged, CLASS_HANDLER, found.list[0].place, "%s", found.list[0].message);
	}
	findings_done(&found);
}

void expect_exit(struct judged *judged, int status)
{
	int got = exit_of(judged);

	if (got == status)
		return;
	judge_fatal_findings(judged);
	if (got == INT_MIN)
		fail_check(judged, CLASS_EXIT, nowhere,
			"`%s` had not ended after %.3g s (virtual time). It should have ended with "
			"exit status %d by then.",
			judged->command, seconds_of(judged), status);
	if (got < 0)
		fail_check(judged, CLASS_EXIT, end_place(judged),
			"`%s` was ended by %s. It should have ended by itself, with exit status "
			"%d: whoever waits for it sees a difference (WIFSIGNALED, WIFEXITED in "
			"wait(2)).",
			judged->command, how_ended(judged, judged->task), status);
	fail_check(judged, CLASS_EXIT, end_place(judged),
		"`%s` ended with exit status %d; it should be %d. The status is what a program "
		"tells whoever waits for it: 0 means success, anything else means that it "
		"failed.%s See exit(3).",
		judged->command, got, status, status_meaning(got));
}

void expect_killed(struct judged *judged, int sig)
{
	int got = exit_of(judged);

	if (got == -sig)
		return;
	judge_fatal_findings(judged);
	if (got == INT_MIN)
		fail_check(judged, CLASS_EXIT, nowhere,
			"Signal %d (%s) should have ended `%s`, but it lives on. Is the signal "
			"blocked, ignored or caught? See signal(7).",
			sig, strsignal(sig), judged->command);
	fail_check(judged, CLASS_EXIT, end_place(judged),
		"Signal %d (%s) should have ended `%s`; it ended with %s instead.", sig,
		strsignal(sig), judged->command, how_ended(judged, judged->task));
}

/* The call that wrote byte number AT of standard output; where it was not written, the end. */
static struct event_place output_place(struct judged *judged, size_t at)
{
	const struct event_log *log = run_log(judged->run);
	size_t seen = 0;

	at += judged->out_from;
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		const char *object = e->kind == EVENT_CALL ? event_text(e, "obj") : NULL;
		int64_t n = object && strcmp(object, "stdout") == 0 ? event_int(e, "ret", 0) : 0;

		seen += n > 0 ? (size_t)n : 0;
		if (seen > at)
			return e->place;
	}
	return end_place(judged);
}

static size_t first_difference(const char *out, size_t out_len, const char *bytes, size_t len)
{
	size_t at = 0;

	while (at < out_len && at < len && out[at] == bytes[at])
		at++;
	return at;
}

static void fail_empty(struct judged *judged, const char *bytes, size_t len)
{
	const char *errors = errors_of(judged);
	const char *also =
		*errors ? text_of(" On standard error (descriptor 2) it wrote: %s.", shown(errors))
			: "";

	fail_check(judged, CLASS_OUTPUT, end_place(judged),
		"`%s` wrote nothing on standard output (descriptor 1). It should be %s.%s",
		judged->command, shown(text_of("%.*s", (int)len, bytes)), also);
}

void expect_output_bytes(struct judged *judged, const void *bytes, size_t len)
{
	const char *out = output_of(judged);
	size_t out_len = output_size(judged), at = first_difference(out, out_len, bytes, len);
	BUF_SCOPED diff = BUF_INIT;

	if (at == out_len && at == len)
		return;
	judge_fatal_findings(judged);
	if (out_len == 0)
		fail_empty(judged, bytes, len);
	verdict_diff(&diff, bytes, len, out, out_len);
	fail_check(judged, CLASS_OUTPUT, output_place(judged, at),
		"Standard output of `%s` is not what it should be:\n%s", judged->command,
		buf_text(&diff));
}

void expect_output(struct judged *judged, const char *text)
{
	expect_output_bytes(judged, text, strlen(text));
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

/* The lines that USED does not mark. */
static size_t put_unused(struct buf *into, const char *text, const char *used)
{
	size_t number = 0, count = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (!used[number++]) {
			buf_puts(into, "  + ");
			buf_put_escaped(into, text, len);
			buf_putc(into, '\n');
			count++;
		}
		text += len + (text[len] == '\n');
	}
	return count;
}

void expect_output_lines(struct judged *judged, const char *const *lines)
{
	const char *text = output_of(judged);
	size_t len = strlen(text), missing = 0, extra;
	LAB_FREE char *used = lab_xmalloc(len + 1);
	BUF_SCOPED differ = BUF_INIT;

	for (size_t i = 0; lines[i]; i++)
		if (!take_line(text, used, lines[i])) {
			buf_puts(&differ, "  - ");
			buf_put_escaped(&differ, lines[i], strlen(lines[i]));
			buf_putc(&differ, '\n');
			missing++;
		}
	extra = put_unused(&differ, text, used);
	if (missing || extra || (len && text[len - 1] != '\n'))
		judge_fatal_findings(judged);
	if (missing || extra)
		fail_check(judged, CLASS_OUTPUT, nowhere,
			"The lines that `%s` wrote on standard output may come in any order, but "
			"each of them once: %zu missing (-), %zu too many (+).\n%s",
			judged->command, missing, extra, buf_text(&differ));
	if (len && text[len - 1] != '\n')
		fail_check(judged, CLASS_OUTPUT, output_place(judged, len - 1),
			"The last line of `%s` does not end with a newline ('\\n'): whoever reads "
			"lines would not see it as one.",
			judged->command);
}

void expect_errors(struct judged *judged, bool some)
{
	const char *text = errors_of(judged);

	if ((*text != '\0') == some)
		return;
	judge_fatal_findings(judged);
	if (some)
		fail_check(judged, CLASS_OUTPUT, nowhere,
			"`%s` ended with %s, but without a word on standard error (descriptor 2). "
			"Say there what went wrong, or how the program is used; perror(3) does it "
			"for a failed call.",
			judged->command, how_ended(judged, judged->task));
	fail_check(judged, CLASS_OUTPUT, nowhere,
		"`%s` should write nothing on standard error (descriptor 2); it wrote %s. Results "
		"go to standard output, and here nothing went wrong.",
		judged->command, shown(text));
}

void expect_error_text(struct judged *judged, const char *part)
{
	if (strstr(errors_of(judged), part))
		return;
	expect_errors(judged, true);
	judge_fatal_findings(judged);
	fail_check(judged, CLASS_OUTPUT, nowhere,
		"What `%s` wrote on standard error should hold %s; it wrote %s.", judged->command,
		shown(part), shown(errors_of(judged)));
}

static void expect_case(struct judged *judged, const struct judge_case *c)
{
	if (c->output)
		expect_output(judged, c->output);
	if (c->errors && *c->errors)
		expect_error_text(judged, c->errors);
	else if (c->errors)
		expect_errors(judged, false);
	expect_exit(judged, c->status);
}

void expect_cases_(const char *program, const struct judge_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_case(judge_run(program, .args = cases[i].args, .input = cases[i].input),
			&cases[i]);
}

struct judged *expect_session_(const char *program, const struct judge_case *cases, size_t count)
{
	struct judged *judged = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct judge_case *c = &cases[i];

		if (judged)
			then_run(judged, program, .args = c->args, .input = c->input);
		else
			judged = judge_run(program, .args = c->args, .input = c->input);
		expect_case(judged, c);
	}
	return judged;
}
