/*
 * The record of a check: written once, by the check's own process, which then ends. A check without
 * one has not judged anything.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lab/judge/internal.h"

/* Messages end without a newline, however they were put together. */
static char *tidy(const char *message)
{
	char *text = lab_xstrdup(message);
	size_t len = text ? strlen(text) : 0;

	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	return text;
}

/* What was chosen in the one run of this body, as a schedule's name; NULL if that is not all that
 * SCHEDULE did. Caller frees. */
static char *choices_of(const char *schedule)
{
	const struct judged *only = judge_state.runs;
	struct paths paths = {0};
	char *name;

	if (!schedule || strcmp(schedule, "natural") == 0 || strncmp(schedule, "slow:", 5) == 0 ||
		!only || only->next)
		return NULL;
	paths_take(&paths, run_log(only->run));
	name = paths.count ? paths_name(&paths) : NULL;
	paths_done(&paths);
	return name;
}

void judge_record(enum verdict verdict, enum verdict_class class, const char *message,
	struct event_place place, const char *schedule)
{
	struct state *s = &judge_state;
	char sum[SHA256_HEX];
	struct check_result result = {
		.name = (char *)s->check->name,
		.verdict = verdict,
		.class = class,
		.message = tidy(message),
		.file = (char *)place.file,
		.line = place.line,
		.schedule = (char *)schedule,
		.weight = s->check->weight ? s->check->weight : 1,
		.runs = s->run_count,
		.schedules = s->schedules,
		.all = verdict == VERDICT_PASS && s->schedules > 0 && !s->not_all,
		.log_sums = sum,
		.refused = s->refused,
	};
	LAB_FREE char *choices = verdict == VERDICT_FAIL ? choices_of(schedule) : NULL;
	struct lab_error e;

	if (spread_works())
		spread_leave(verdict == VERDICT_BROKEN);
	spread_end(&s->loop);
	result.shortest = choices;
	sha256_hex(&s->sum, sum);
	if (verdict_send(s->record_fd, &result, &e) < 0)
		fprintf(stderr, "%s: %s\n", s->check->name, e.text);
	fflush(stderr);
	_exit(0);
}

char *judge_broken_words(const char *why)
{
	return lab_xprintf("This check could not be judged: %s. That is a fault of the lab or of "
			   "the course, not of your program.",
		why);
}

/* What the user asked for and cannot have, and what this machine cannot do, is no check's matter:
 * it ends the whole judge, and its words go to whoever started it. */
static void end_judge(const struct lab_error *e)
{
	*judge_state.fault = e->kind;
	fprintf(stderr, "%s\n", e->text);
}

void judge_broken(const struct lab_error *e)
{
	char *words = judge_broken_words(e->text);

	if (spread_works())
		spread_leave(true);
	if (spread_tells())
		spread_again();
	if (e->kind == LAB_UNSUPPORTED || e->kind == LAB_USAGE)
		end_judge(e);
	judge_record(
		VERDICT_BROKEN, CLASS_BROKEN, words, (struct event_place){NULL, 0, NULL}, NULL);
}

void broken_check(const char *fmt, ...)
{
	struct lab_error e = {.kind = LAB_BROKEN};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e.text, sizeof(e.text), fmt, ap);
	va_end(ap);
	judge_broken(&e);
}
