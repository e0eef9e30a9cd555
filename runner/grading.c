/* A grade as the printers of lab/report want it: report must not know grade, so this joins them. */
#include "config.h"

#include "runner/grading.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"

static const char *const severities[] = {
	[BUILD_NOTE] = "note",
	[BUILD_WARNING] = "warning",
	[BUILD_ERROR] = "error",
};

struct report grading_report(const struct grade *g)
{
	struct report_diagnostic *list =
		lab_xmalloc((g->build.count + 1) * sizeof(struct report_diagnostic));

	for (size_t i = 0; i < g->build.count; i++) {
		const struct build_diagnostic *d = &g->build.diagnostics[i];

		list[i] = (struct report_diagnostic){
			d->file, d->line, d->column, severities[d->severity], d->text, d->source};
	}
	return (struct report){
		.exercise = g->exercise->id,
		.title = g->exercise->title,
		.verdict = g->verdict,
		.score = g->score,
		.max_score = g->max_score,
		.isolation = g->isolation,
		.seed = g->seed,
		.engine = g->engine,
		.compiler = g->compiler,
		.libc = g->libc,
		.kernel = g->kernel,
		.diagnostics = list,
		.diagnostic_count = g->build.count,
		.checks = g->checks,
		.check_count = g->check_count,
		.refused = g->refused.list,
		.refused_count = g->refused.count,
		.log_sha256 = g->log_sha256,
		.complaint = g->complaint,
		.api = (const char *const *)g->exercise->api,
	};
}

void grading_report_done(struct report *report)
{
	free((void *)report->diagnostics);
	report->diagnostics = NULL;
}

static int is_log(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot && strcmp(dot, ".log") == 0;
}

/* They are numbered. */
struct event_log *grading_last_log(const char *folder, const char *check, struct lab_error *e)
{
	LAB_FREE char *logs = path_join(folder, check);
	struct dirent **names = NULL;
	int n = scandir(logs, &names, is_log, alphasort);
	struct event_log *log = NULL;

	if (n > 0) {
		LAB_FREE char *path = path_join(logs, names[n - 1]->d_name);

		log = event_log_load(path, e);
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return log;
}
