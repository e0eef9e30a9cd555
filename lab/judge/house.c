/*
 * House rules: what must hold for every run whoever asks for it, and the end of runs. The rules are
 * verdict's; here it is decided when they are looked at, and what a test has declared its own
 * business.
 */
#include "config.h"

#include <stdlib.h>

#include "lab/base/path.h"
#include "lab/judge/internal.h"

static bool is_allowed(const struct judged *judged, const struct finding *f)
{
	return judged->what_if || (judged->may_die && f->class == CLASS_CRASH) ||
	       (judged->may_hang && f->class == CLASS_DEADLOCK) ||
	       (judged->may_leave && f->class == CLASS_LEAK) ||
	       (judged->may_race && f->class == CLASS_RACE);
}

/* The first finding that counts ends the check. */
static void look(struct judged *judged, bool fatal_only)
{
	struct findings found = {0};

	verdict_findings(run_log(judged->run), &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct finding *f = &found.list[i];

		if ((fatal_only && !f->fatal) || is_allowed(judged, f))
			continue;
		judge_close_runs();
		judge_record(VERDICT_FAIL, f->class, f->message, f->place, judged->schedule);
	}
	findings_done(&found);
}

void judge_fatal_findings(struct judged *judged)
{
	look(judged, true);
}

static void save_log(const struct judged *judged)
{
	const char *save = judge_state.options.save;
	struct lab_error e = {0};

	if (!save)
		return;

	LAB_FREE char *dir = path_join(save, judge_state.check->name);
	LAB_FREE char *path = lab_xprintf("%s/%03u.log", dir, judged->number);

	if (path_mkdirs(dir, 0755, &e) < 0 || event_log_save(run_log(judged->run), path, &e) < 0) {
		e.kind = LAB_BROKEN;
		judge_broken(&e);
	}
}

static void close_run(struct judged *judged)
{
	struct lab_error e = {0};

	if (judged->closed)
		return;
	judged->closed = true;
	if (run_finish(judged->run, &e) < 0)
		judge_broken(&e);
	if (spread_works())
		return; /* the check does that */
	event_log_sum(run_log(judged->run), &judge_state.sum);
	verdict_refusals(run_log(judged->run), &judge_state.refused);
	save_log(judged);
}

void judge_close_runs(void)
{
	for (struct judged *j = judge_state.runs; j; j = j->next)
		close_run(j);
}

static void free_run(struct judged *judged)
{
	model_free(judged->model);
	run_free(judged->run);
	for (size_t i = 0; i < judged->text_count; i++)
		free(judged->texts[i]);
	free(judged->texts);
	free(judged->schedule);
	free(judged->command);
	free(judged->found.name);
	free(judged);
}

void judge_end_runs(void)
{
	judge_close_runs();
	for (struct judged *j = judge_state.runs; j; j = j->next)
		look(j, false);
	judge_forget_runs();
}

void judge_forget_runs(void)
{
	while (judge_state.runs) {
		struct judged *next = judge_state.runs->next;

		free_run(judge_state.runs);
		judge_state.runs = next;
	}
}
