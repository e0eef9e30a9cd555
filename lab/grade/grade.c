/*
 * One submission x one exercise -> one verdict. The submission is built into a temporary folder,
 * the exercise's judge is started on it, its results are collected and weighed. See grade.h.
 *
 * Faults of ours (no judge, a judge that crashes, a stream that breaks off) make the verdict
 * `broken`: it scores nothing and costs nothing.
 */
#include "config.h"

#include "lab/grade/grade.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "lab/base/path.h"
#include "lab/base/sha256.h"
#include "lab/grade/internal.h"

static bool tell(const struct grade_request *request, const struct grade *grade)
{
	return !request->progress || request->progress(request->context, grade);
}

static int cancelled(struct lab_error *e)
{
	return lab_fail(e, LAB_BROKEN, "cancelled");
}

static char *kernel_name(void)
{
	struct utsname name;

	if (uname(&name) < 0)
		return lab_xstrdup("unknown");
	return lab_xprintf("%s %s", name.sysname, name.release);
}

static void begin(const struct grade_request *request, struct grade *grade)
{
	*grade = (struct grade){
		.phase = GRADE_BUILDING,
		.exercise = request->exercise,
		.max_score = request->exercise->points,
		.seed = request->seed ? request->seed : 1,
		.isolation = lab_xstrdup("full"),
		.engine = lab_xstrdup("ipclab " PACKAGE_VERSION),
		.kernel = kernel_name(),
	};
}

static void weigh(struct grade *grade)
{
	double passed = 0, all = 0;

	grade->verdict = grade->build.ok ? VERDICT_PASS : VERDICT_FAIL;
	for (size_t i = 0; i < grade->check_count; i++) {
		const struct check_result *c = &grade->checks[i];

		all += c->weight;
		if (c->verdict == VERDICT_PASS)
			passed += c->weight;
		else if (c->verdict == VERDICT_BROKEN)
			grade->verdict = VERDICT_BROKEN;
		else if (grade->verdict == VERDICT_PASS)
			grade->verdict = VERDICT_FAIL;
	}
	if (grade->complaint)
		grade->verdict = VERDICT_BROKEN;
	grade->score =
		grade->verdict == VERDICT_BROKEN || all == 0 ? 0 : grade->max_score * passed / all;
}

static void sum_logs(struct grade *grade)
{
	struct sha256 sum;

	if (grade->check_count == 0)
		return; /* nothing ran */
	sha256_init(&sum);
	for (size_t i = 0; i < grade->check_count; i++) {
		const char *part = grade->checks[i].log_sums;

		if (part)
			sha256_add(&sum, part, strlen(part));
	}
	sha256_hex(&sum, grade->log_sha256);
}

/* An absolute name that is not there: of all that the compiler says that is what the sandbox may
 * have decided. "/etc/x: No such file or directory", "Error: file not found: /etc/x". */
static void add_unseen(struct refusals *into, const struct build_diagnostic *d)
{
	const char *colon = strstr(d->text, ": No such file or directory");
	const char *found = strstr(d->text, "file not found: /");
	LAB_FREE char *what = NULL;

	if (*d->text == '/' && colon)
		what = lab_xprintf("#include \"%.*s\"", (int)(colon - d->text), d->text);
	else if (found)
		what = lab_xprintf(".incbin \"%s\"", strchr(found, '/'));
	if (what)
		refusals_add(into, what, "files of the machine that the compiler does not see",
			*d->file ? d->file : NULL, d->line, 1);
}

static void collect_refusals(struct grade *grade)
{
	for (size_t i = 0; i < grade->build.count; i++)
		if (grade->build.diagnostics[i].severity == BUILD_ERROR)
			add_unseen(&grade->refused, &grade->build.diagnostics[i]);
	for (size_t i = 0; i < grade->check_count; i++)
		refusals_merge(&grade->refused, &grade->checks[i].refused);
}

/* The lines that failed checks speak of, for those who read the report without the files. A judge
 * names a file by what the program's debug information says, which is the student's to choose: only
 * what was built is looked at. */
static void quote_sources(struct grade *grade, const char *work)
{
	for (size_t i = 0; i < grade->check_count; i++) {
		struct check_result *c = &grade->checks[i];

		if (c->verdict == VERDICT_FAIL && c->file)
			c->source = build_source_line(work, c->file, c->line);
	}
	for (size_t i = 0; i < grade->refused.count; i++) {
		struct refusal *r = &grade->refused.list[i];

		if (r->file)
			r->source = build_source_line(work, r->file, r->line);
	}
}

/* Judges start while the compilers work, where these leave a processor to them. */
struct early {
	struct collection *judges;
	const char *work;
	struct lab_error *e;
	int result;
};

static void start_early(void *context, uint64_t input_hash)
{
	struct early *early = context;

	early->result = judges_start(early->judges, early->work, input_hash, early->e);
}

static int build(struct collection *judges, const char *work, struct lab_error *e)
{
	const struct grade_request *request = judges->request;
	struct early early = {judges, work, e, 0};
	struct build_watch watch = {start_early, &early};
	struct build_options options = {request->cpu < 0 ? &watch : NULL, request->built};

	if (!tell(request, judges->grade))
		return cancelled(e);
	if (build_submission(request->exercise, request->submission, work, &options,
		    &judges->grade->build, e) < 0)
		return -1;
	return early.result;
}

/* The same programs, by the instructor's own test. */
static int judge_privately(const struct grade_request *request, struct grade *grade,
	const char *work, struct lab_error *e)
{
	struct collection judges = {.request = request,
		.grade = grade,
		.judge = request->exercise->private_judge,
		.private = true,
		.first = grade->check_count,
		.queue = -1,
		.fill = -1};
	LAB_FREE char *logs = request->save_logs ? path_join(request->save_logs, "private") : NULL;
	int result = logs ? path_mkdirs(logs, 0777, e) : 0;

	if (result == 0)
		result = judges_run(&judges, work, e);
	judges_end(&judges);
	return result;
}

/* BUILT: by an earlier call for the same submission, in WORK; NULL: not yet. */
static int build_and_judge(const struct grade_request *request, struct grade *grade,
	const char *work, const struct build_result *built, struct lab_error *e)
{
	struct collection judges = {.request = request,
		.grade = grade,
		.judge = request->exercise->judge,
		.queue = -1,
		.fill = -1};
	int result = 0;

	if (built)
		build_result_copy(&grade->build, built);
	else
		result = build(&judges, work, e);
	if (grade->build.reduced) {
		free(grade->isolation);
		grade->isolation = lab_xstrdup("reduced");
	}
	grade->compiler = lab_xstrdup(grade->build.compiler);
	grade->libc = lab_xstrdup(grade->build.libc);
	if (result == 0 && grade->build.ok) {
		grade->phase = GRADE_RUNNING;
		result = tell(request, grade) ? judges_run(&judges, work, e) : cancelled(e);
	}
	judges_end(&judges);
	if (result == 0 && grade->build.ok && !grade->complaint && !request->only &&
		request->exercise->private_judge)
		result = judge_privately(request, grade, work, e);
	return result;
}

static int grade_one(const struct grade_request *request, struct grade *grade, const char *work,
	const struct build_result *built, struct lab_error *e)
{
	int64_t started = wall_now();

	begin(request, grade);
	if (build_and_judge(request, grade, work, built, e) < 0)
		return -1;
	weigh(grade);
	sum_logs(grade);
	collect_refusals(grade);
	quote_sources(grade, work);
	grade->phase = GRADE_DONE;
	grade->wall_ns = wall_now() - started;
	tell(request, grade);
	return 0;
}

int grade_in_ways(const struct grade_request *requests, size_t count, struct grade *grades,
	struct lab_error *e)
{
	LAB_FREE char *work = path_make_temporary("ipclab", e);
	size_t next = 0;
	int result = work ? 0 : -1;

	memset(grades, 0, count * sizeof(*grades));
	for (; result == 0 && next < count; next++)
		result = grade_one(&requests[next], &grades[next], work,
			next > 0 ? &grades[0].build : NULL, e);
	if (work)
		path_remove_tree(work, NULL);
	while (result < 0 && next > 0)
		grade_done(&grades[--next]);
	return result;
}

int grade_submission(const struct grade_request *request, struct grade *grade, struct lab_error *e)
{
	return grade_in_ways(request, 1, grade, e);
}

void grade_done(struct grade *grade)
{
	free(grade->isolation);
	free(grade->engine);
	free(grade->compiler);
	free(grade->libc);
	free(grade->kernel);
	free(grade->complaint);
	for (size_t i = 0; i < grade->check_count; i++)
		check_result_done(&grade->checks[i]);
	free(grade->checks);
	refusals_done(&grade->refused);
	build_result_done(&grade->build);
	*grade = (struct grade){0};
}
