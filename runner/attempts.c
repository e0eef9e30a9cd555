/* What was tried at an exercise: see attempts.h. */
#include "config.h"

#include "runner/attempts.h"

#include <stdlib.h>
#include <string.h>

/* ---- a line of each ---- */

static enum work_state state_of(enum verdict verdict)
{
	return verdict == VERDICT_PASS   ? WORK_PASSING
	       : verdict == VERDICT_FAIL ? WORK_FAILING
					 : WORK_BROKEN;
}

static char *words_of(const struct store_past *past)
{
	struct outcome *o = outcome_of_report(past->report, NULL);
	size_t failed = o ? outcome_failed_count(o) : 0;
	char *words;

	if (past->verdict == VERDICT_BROKEN || !o)
		words = lab_xstrdup(past->verdict == VERDICT_BROKEN ? "the lab itself failed" : "");
	else if (past->verdict == VERDICT_PASS)
		words = lab_xprintf("all %zu checks passed", o->report.check_count);
	else if (failed == 0)
		words = lab_xstrdup("it did not build");
	else if (failed == 1)
		words = lab_xprintf("%s failed%s", outcome_failed(o, 0)->name,
			o->report.check_count > 1 ? ", the others passed" : "");
	else
		words = lab_xprintf("%zu of %zu checks failed, first %s", failed,
			o->report.check_count, outcome_failed(o, 0)->name);
	outcome_free(o);
	return words;
}

int attempts_read(struct attempts *into, const struct workspace *w, const struct exercise *exercise,
	struct lab_error *e)
{
	struct store_past_list past;

	*into = (struct attempts){0};
	if (!w->store)
		return lab_fail(e, LAB_USAGE, "%s", w->trouble);
	if (store_past_list(w->store, exercise->id, &past, e) < 0)
		return -1;
	into->list = lab_xmalloc((past.count + 1) * sizeof(*into->list));
	into->count = past.count;
	for (size_t i = 0; i < past.count; i++)
		into->list[i] = (struct attempt){
			.id = past.list[i].id,
			.time = past.list[i].time,
			.state = state_of(past.list[i].verdict),
			.score = past.list[i].score,
			.max_score = past.list[i].max_score,
			.words = words_of(&past.list[i]),
		};
	store_past_list_done(&past);
	return 0;
}

void attempts_done(struct attempts *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->list[i].words);
	free(a->list);
	*a = (struct attempts){0};
}

/* ---- one of them ---- */

static const struct attempt *find(const struct attempts *a, size_t number, struct lab_error *e)
{
	if (number >= 1 && number <= a->count)
		return &a->list[number - 1];
	if (a->count == 0)
		lab_fail(e, LAB_USAGE, "nothing was tried yet");
	else
		lab_fail(e, LAB_USAGE, "there is no attempt %zu; they have the numbers 1 to %zu",
			number, a->count);
	return NULL;
}

int attempts_files(struct submission *into, const struct workspace *w, const struct attempts *a,
	size_t number, struct lab_error *e)
{
	const struct attempt *found = find(a, number, e);
	struct store_copies copies;

	*into = (struct submission){0};
	if (!found || store_past_files(w->store, found->id, &copies, e) < 0)
		return -1;
	into->files = lab_xmalloc((copies.count + 1) * sizeof(*into->files));
	for (size_t i = 0; i < copies.count; i++) {
		into->files[i] = (struct submission_file){
			.name = copies.list[i].name, .bytes = copies.list[i].bytes};
		copies.list[i] = (struct store_copy){0};
	}
	into->count = copies.count;
	store_copies_done(&copies);
	return 0;
}

struct outcome *attempts_outcome(const struct workspace *w, const struct exercise *exercise,
	const struct attempts *a, size_t number, struct lab_error *e)
{
	const struct attempt *found = find(a, number, e);
	struct store_past_list past;
	struct outcome *outcome = NULL;

	if (!found || store_past_list(w->store, exercise->id, &past, e) < 0)
		return NULL;
	for (size_t i = 0; i < past.count; i++)
		if (past.list[i].id == found->id)
			outcome = outcome_of_report(past.list[i].report, e);
	store_past_list_done(&past);
	return outcome;
}

int attempts_bring_back(const struct workspace *w, const struct exercise *exercise,
	const struct attempts *a, size_t number, char **aside, struct lab_error *e)
{
	SUBMISSION_SCOPED files = {0};

	*aside = NULL;
	if (attempts_files(&files, w, a, number, e) < 0)
		return -1;
	return workspace_put_back(w, exercise, &files, aside, e);
}
