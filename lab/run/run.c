/* A live run: the judge steers, reads files, and ends it. How it begins is in start.c. */
#include "config.h"

#include "lab/run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/rng.h"
#include "lab/run/internal.h"

#define FILE_MOST (16u << 20) /* of a file that a judge reads */

/* ---- steering ---- */

static struct event *steer(
	struct run *r, const char *name, const char *key, const char *text, int64_t number)
{
	struct event *e = supervise_event(r->supervisor, EVENT_STEER, 0, name);

	if (key && text)
		event_add_text(r->log, e, key, text);
	else if (key)
		event_add_int(r->log, e, key, number);
	supervise_append(r->supervisor, e);
	return e;
}

static void steer_stopped(struct run *r, const char *why)
{
	steer(r, "stopped", "why", why, 0);
}

static void log_output_limit(struct run *r)
{
	struct event *e = supervise_event(r->supervisor, EVENT_LIMIT, 0, "output");

	event_add_int(r->log, e, "bytes", (int64_t)(r->out.len + r->err.len));
	event_add_int(r->log, e, "most", (int64_t)r->output_budget);
	supervise_append(r->supervisor, e);
	r->ended_by = SUPERVISE_LIMIT;
}

/* What the supervisor's stop means to the judge. */
static enum run_stop stopped(struct run *r, enum supervise_stop stop)
{
	io_drain(r);
	switch (stop) {
	case SUPERVISE_FAILED:
		return RUN_FAILED;
	case SUPERVISE_REACHED:
		if (r->over_output) {
			log_output_limit(r);
			break;
		}
		if (roots_live(r) || r->linger) {
			steer_stopped(r, "reached");
			return RUN_REACHED;
		}
		r->ended_by = SUPERVISE_ENDED;
		break;
	case SUPERVISE_QUIET:
		steer_stopped(r, "quiet");
		return RUN_QUIET;
	case SUPERVISE_BLOCKED:
	case SUPERVISE_TIME:
		steer_stopped(r, "reached");
		return RUN_REACHED;
	default:
		r->ended_by = stop;
	}
	r->ended = true;
	steer_stopped(r, "ended");
	return RUN_ENDED;
}

static enum run_stop go(struct run *r, int64_t until, bool blocked, struct lab_error *e)
{
	if (r->ended) {
		steer_stopped(r, "ended");
		return RUN_ENDED;
	}
	if (text_is_there(r) || (r->until_task && !supervise_alive(r->supervisor, r->until_task))) {
		steer_stopped(r, "reached");
		return RUN_REACHED;
	}
	return stopped(r, supervise_go(r->supervisor, until, blocked, e));
}

enum run_stop run_until_output(struct run *r, const char *text, struct lab_error *e)
{
	enum run_stop stop;

	if (r->is_replay)
		return replay_until(r, "until-output", "text", text, 0, e);
	steer(r, "until-output", "text", text, 0);
	r->until_text = text;
	stop = go(r, INT64_MAX, false, e);
	r->until_text = NULL;
	return stop;
}

enum run_stop run_until_blocked(struct run *r, struct lab_error *e)
{
	if (r->is_replay)
		return replay_until(r, "until-blocked", NULL, NULL, 0, e);
	steer(r, "until-blocked", NULL, NULL, 0);
	return go(r, INT64_MAX, true, e);
}

enum run_stop run_until_time(struct run *r, int64_t ns, struct lab_error *e)
{
	if (r->is_replay)
		return replay_until(r, "until-time", "ns", NULL, ns, e);
	steer(r, "until-time", "ns", NULL, ns);
	return go(r, ns, false, e);
}

enum run_stop run_until_call(
	struct run *r, const char *call, unsigned occurrence, struct lab_error *e)
{
	enum run_stop stop;

	occurrence = occurrence ? occurrence : 1;
	if (r->is_replay)
		return replay_until_call(r, call, occurrence, e);
	event_add_int(r->log, steer(r, "until-call", "call", call, 0), "n", occurrence);
	r->until_call = call;
	r->until_count = occurrence;
	r->seen = 0;
	stop = go(r, INT64_MAX, false, e);
	r->until_call = NULL;
	return stop;
}

enum run_stop run_until_exit(struct run *r, int task, struct lab_error *e)
{
	enum run_stop stop;

	if (r->is_replay)
		return replay_until(r, "until-exit", "task", NULL, task, e);
	steer(r, "until-exit", "task", NULL, task);
	r->until_task = task;
	stop = go(r, INT64_MAX, false, e);
	r->until_task = 0;
	return stop;
}

enum run_stop run_until_end(struct run *r, struct lab_error *e)
{
	if (r->is_replay)
		return replay_until(r, "until-end", NULL, NULL, 0, e);
	steer(r, "until-end", NULL, NULL, 0);
	return go(r, INT64_MAX, false, e);
}

int run_write(struct run *r, const void *bytes, size_t len, struct lab_error *e)
{
	if (r->is_replay)
		return replay_act(r, "write", "len", NULL, (int64_t)len, e);
	steer(r, "write", "len", NULL, (int64_t)len);
	buf_add(&r->pending, bytes, len);
	io_feed(r);
	return 0;
}

int run_close_input(struct run *r, struct lab_error *e)
{
	if (r->is_replay)
		return replay_act(r, "close", NULL, NULL, 0, e);
	steer(r, "close", NULL, NULL, 0);
	r->input_open = false;
	if (r->pending.len == 0)
		fd_close(&r->io.input);
	return 0;
}

int run_signal(struct run *r, int task, int sig, struct lab_error *e)
{
	struct event *event;

	if (r->is_replay)
		return replay_signal(r, task, sig, e);
	event = steer(r, "signal", "sig", NULL, sig);
	event_add_task(r->log, event, "to", task);
	return supervise_signal(r->supervisor, task, sig, e);
}

static int read_inside(
	struct run *r, const char *path, struct buf *into, struct stat *st, struct lab_error *e)
{
	LAB_FREE char *whole =
		path[0] == '/' ? lab_xstrdup(path) : lab_xprintf(WORK_DIR "/%s", path);
	FD_SCOPED fd = sandbox_open(r->sandbox, whole, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, e);

	if (fd < 0)
		return -1;
	if (fstat(fd, st) < 0 || fd_read_to_end(fd, into, FILE_MOST) < 0)
		return lab_fail_errno(e, LAB_USAGE, "read \"%s\"", path);
	return 0;
}

int run_read_file(struct run *r, const char *path, struct buf *into, struct lab_error *e)
{
	struct lab_error own = {0};
	struct event *event;
	size_t start = into->len;
	struct stat st;
	int result;

	if (r->is_replay)
		return replay_file(r, path, into, e);
	result = read_inside(r, path, into, &st, &own);
	event = supervise_event(r->supervisor, EVENT_FILE, 0, NULL);
	event_add_text(r->log, event, "path", path);
	if (result == 0) {
		event_add_int(r->log, event, "mode", st.st_mode & 07777);
		event_add_bytes(r->log, event, "data", buf_text(into) + start, into->len - start);
	} else {
		event_add_text(r->log, event, "err", lab_errno_name(own.errnum));
		event_add_int(r->log, event, "errno", own.errnum);
		if (e)
			*e = own;
	}
	supervise_append(r->supervisor, event);
	return result;
}

/* ---- end ---- */

static void log_left(struct run *r)
{
	struct sandbox_left *list = NULL;
	size_t count = 0;

	if (sandbox_left(r->sandbox, &list, &count, NULL) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct event *e = supervise_event(r->supervisor, EVENT_LEFT, 0, list[i].kind);

		event_add_text(r->log, e, "path", list[i].path);
		supervise_append(r->supervisor, e);
	}
	free(list);
}

static void log_end(struct run *r)
{
	static const char *const why[] = {
		[SUPERVISE_ENDED] = "ended",
		[SUPERVISE_DEADLOCK] = "deadlock",
		[SUPERVISE_SPIN] = "spin",
		[SUPERVISE_LIMIT] = "limit",
		[SUPERVISE_FAILED] = "judge",
	};
	struct event *e = supervise_event(r->supervisor, EVENT_END, 0, NULL);
	int status = supervise_status(r->supervisor, 1);

	event_add_text(r->log, e, "why", r->ended ? why[r->ended_by] : "judge");
	if (r->ended && !supervise_alive(r->supervisor, 1)) {
		if (WIFSIGNALED(status))
			event_add_int(r->log, e, "sig", WTERMSIG(status));
		else
			event_add_int(r->log, e, "status", WEXITSTATUS(status));
	}
	supervise_append(r->supervisor, e);
}

int run_finish(struct run *r, struct lab_error *e)
{
	if (r->finished)
		return 0;
	if (r->is_replay)
		return replay_finish(r, e);
	r->finished = true;
	if (r->ended && r->ended_by == SUPERVISE_ENDED)
		supervise_report_survivors(r->supervisor);
	supervise_kill_all(r->supervisor);
	io_drain(r);
	log_left(r);
	log_end(r);
	if (!supervise_saw_socket(r->supervisor))
		sandbox_made_no_socket(r->sandbox);
	sandbox_stop(r->sandbox);
	r->sandbox = NULL;
	return 0;
}

const struct event_log *run_log(const struct run *r)
{
	return r->is_replay ? &r->view : r->log;
}

const struct buf *run_output(const struct run *r, int fd)
{
	return fd == 2 ? &r->err : &r->out;
}

int64_t run_time(const struct run *r)
{
	const struct event_log *log = run_log(r);

	if (!r->is_replay)
		return supervise_now(r->supervisor);
	return log->count ? log->events[log->count - 1]->time : 0;
}

void run_free(struct run *r)
{
	if (!r)
		return;
	run_finish(r, NULL);
	supervise_free(r->supervisor);
	sandbox_stop(r->sandbox);
	io_close(r);
	programs_done(&r->programs);
	buf_done(&r->pending);
	buf_done(&r->out);
	buf_done(&r->err);
	event_log_free(r->log);
	free(r);
}
