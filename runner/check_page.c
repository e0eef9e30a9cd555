/* See check_page.h. */
#include "config.h"

#include "runner/check_page.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/grading.h"

static size_t first_failed(const struct grade *g)
{
	size_t i = 0;

	while (i < g->check_count && g->checks[i].verdict != VERDICT_FAIL)
		i++;
	return i;
}

/* The check once more, under the schedule that it failed under: *LOG is of its last run; NULL if it
 * has run nothing. */
static int run_again(const struct grade_request *as, const struct check_result *c,
	const char *scratch, struct event_log **log, struct lab_error *e)
{
	struct grade_request request = *as;
	struct grade grade = {0};

	request.only = c->name;
	if (c->schedule)
		request.schedule = c->schedule;
	request.save_logs = scratch;
	request.log_uses = true;
	request.progress = NULL;
	if (grade_submission(&request, &grade, e) < 0)
		return -1;
	if (grade.check_count == 1 && grade.checks[0].verdict == VERDICT_FAIL)
		*log = grading_last_log(scratch, c->name, e);
	grade_done(&grade);
	return e->kind == LAB_OK ? 0 : -1;
}

static int find_log(const struct grade_request *as, const struct check_result *c,
	struct event_log **log, struct lab_error *e)
{
	LAB_FREE char *scratch = path_make_temporary("ipclab-check", e);
	int status = scratch ? run_again(as, c, scratch, log, e) : -1;

	if (scratch)
		path_remove_tree(scratch, NULL);
	return status;
}

int check_page_save(const char *path, const struct grade *grade, const struct report *report,
	const struct grade_request *as, struct lab_error *e)
{
	EVENT_LOG_SCOPED *log = NULL;
	BUF_SCOPED page = BUF_INIT;
	size_t shown = first_failed(grade);

	if (shown < grade->check_count && find_log(as, &grade->checks[shown], &log, e) < 0)
		return -1;
	report_html_check(&page, report, shown, log);
	if (file_write(path, page.data, page.len, 0644, e) == 0)
		return 0;
	e->kind = LAB_USAGE;
	return lab_wrap(e, "the page cannot be saved");
}
