/* What was done in a workspace, as its store keeps it. Without a store there is nothing to tell. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/workspace.h"

const char *work_state_name(enum work_state state)
{
	static const char *const names[WORK_STATE_COUNT] = {
		[WORK_NEW] = "not tried",
		[WORK_FAILING] = "failing",
		[WORK_PASSING] = "passing",
		[WORK_BROKEN] = "broken",
	};

	return names[state];
}

void workspace_snapshot(struct workspace *w, const struct exercise *exercise)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);

	submission_done(&w->seen);
	w->seen_of = submission_read(&w->seen, folder, exercise, NULL) == 0 ? exercise : NULL;
}

/* Those that a check refuses have nothing that could be kept. */
static size_t list_files(const struct submission *seen, struct store_file *list)
{
	size_t count = 0;

	for (size_t i = 0; i < seen->count; i++) {
		const struct submission_file *file = &seen->files[i];

		if (!file->refused)
			list[count++] = (struct store_file){
				file->name, buf_text(&file->bytes), file->bytes.len};
	}
	return count;
}

/* What befell the store's file may come to light only when it is written to. */
static void take_note(struct workspace *w)
{
	const char *note = store_note(w->store);

	w->late = note && (!w->trouble || strcmp(note, w->trouble) != 0);
	if (!w->late)
		return;
	free(w->trouble);
	w->trouble = lab_xstrdup(note);
}

int workspace_record(struct workspace *w, const struct exercise *exercise, enum verdict verdict,
	double score, double max_score, const char *report, struct lab_error *e)
{
	LAB_FREE struct store_file *files = NULL;
	struct store_attempt attempt = {
		.exercise = exercise->id,
		.verdict = verdict,
		.score = score,
		.max_score = max_score,
		.report = report,
	};
	int result;

	if (!w->store)
		return lab_fail(e, LAB_USAGE, "%s", w->trouble);
	if (w->seen_of != exercise)
		workspace_snapshot(w, exercise);
	w->seen_of = NULL;
	files = lab_xmalloc((w->seen.count + 1) * sizeof(*files));
	attempt.files = files;
	attempt.file_count = list_files(&w->seen, files);
	result = store_add_attempt(w->store, &attempt, e);
	take_note(w);
	return result;
}

char *workspace_last_report(const struct workspace *w, const struct exercise *exercise, bool *same)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);
	LAB_FREE struct store_file *files = NULL;
	SUBMISSION_SCOPED now = {0};

	*same = false;
	if (!w->store || submission_read(&now, folder, exercise, NULL) < 0)
		return NULL;
	files = lab_xmalloc((now.count + 1) * sizeof(*files));
	return store_last_report(w->store, exercise->id, files, list_files(&now, files), same);
}

bool workspace_keeps(
	const struct workspace *w, const struct exercise *exercise, const struct submission *files)
{
	LAB_FREE struct store_file *list = lab_xmalloc((files->count + 1) * sizeof(*list));
	size_t count = list_files(files, list);

	return w->store && count == files->count &&
	       store_keeps(w->store, exercise->id, list, count);
}

struct store_standing workspace_standing(const struct workspace *w, const struct exercise *exercise)
{
	struct store_standing standing = {.last = VERDICT_FAIL};

	if (w->store && store_standing(w->store, exercise->id, &standing, NULL) < 0)
		standing = (struct store_standing){.last = VERDICT_FAIL};
	return standing;
}

enum work_state workspace_state(const struct workspace *w, const struct exercise *exercise)
{
	struct store_standing standing = workspace_standing(w, exercise);

	if (standing.last == VERDICT_BROKEN)
		return WORK_BROKEN;
	if (standing.attempts == 0)
		return WORK_NEW;
	return standing.last == VERDICT_PASS ? WORK_PASSING : WORK_FAILING;
}
