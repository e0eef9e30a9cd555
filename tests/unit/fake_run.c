/* See fake_run.h. */
#include "config.h"

#include "tests/unit/fake_run.h"

#include <stdbool.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/run/internal.h"

static const struct fake_run *find(const struct run_request *request)
{
	unsigned fault = request->fault_count ? request->faults[0].n : 0;

	for (const struct fake_run *f = fake_runs; f->program; f++)
		if (strcmp(f->program, request->programs[0].name) == 0 &&
			(!f->schedule || strcmp(f->schedule, request->schedule) == 0) &&
			(!f->fault || f->fault == fault))
			return f;
	return NULL;
}

static int add(struct event_log *log, const char *line, struct lab_error *e)
{
	LAB_FREE char *text = lab_xprintf("%zu %zu %s", log->count, log->count * 1000, line);
	struct event *event = event_parse(log, text, "fake run", e);

	if (!event)
		return -1;
	event_log_append(log, event);
	return 0;
}

static bool is_steered(const struct fake_run *f)
{
	for (size_t i = 0; f->lines[i]; i++)
		if (strncmp(f->lines[i], "- steer ", 8) == 0)
			return true;
	return false;
}

static int fill(struct event_log *log, const struct fake_run *f, struct lab_error *e)
{
	bool steered = is_steered(f);

	if (!steered && add(log, "- steer until-end", e) < 0)
		return -1;
	for (size_t i = 0; f->lines[i]; i++)
		if (add(log, f->lines[i], e) < 0)
			return -1;
	return steered ? 0 : add(log, "- steer stopped why=ended", e);
}

struct run *__wrap_run_start(const struct run_request *request, struct lab_error *e)
{
	const struct fake_run *f = find(request);
	struct event_log *log;

	if (!f || f->fail != LAB_OK) {
		lab_fail(e, f ? f->fail : LAB_BROKEN, "the fake of %s cannot be started",
			request->programs[0].name);
		return NULL;
	}
	log = event_log_new();
	request_log(request, log);
	if (fill(log, f, e) < 0) {
		event_log_free(log);
		return NULL;
	}
	return run_replay(log, request, e);
}

/* Any that is not NULL: a judge has one where its runs can be shared out. */
struct run_yard *__wrap_run_yard_new(const char *bin_dir, const char *helpers_dir)
{
	static char ground;

	(void)bin_dir;
	(void)helpers_dir;
	return (struct run_yard *)&ground;
}

void __wrap_run_yard_free(struct run_yard *yard)
{
	(void)yard;
}
