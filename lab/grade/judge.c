/*
 * The judges of one grade, from start to end: one a processor where the caller has not given us one
 * of its own. They are heard until all have ended, the caller cancels, one hands over what is no
 * result, or all are silent for too long; after the last three they are killed. No judge is left
 * behind, nor anything that one has started.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/grade/internal.h"

#define SILENCE_MS 600000 /* wall time: only a net, no verdict ever depends on it */
#define AFTER_MS   10000  /* for what has been killed to be gone */
#define MS         INT64_C(1000000)

int64_t wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static int silence_ms(const struct grade_request *request)
{
	return request->silence_ms ? request->silence_ms : SILENCE_MS;
}

static unsigned slice_count(const struct grade_request *request)
{
	cpu_set_t mask;
	int n;

	if (request->cpu >= 0 || request->only || sched_getaffinity(0, sizeof(mask), &mask) < 0)
		return 1;
	n = CPU_COUNT(&mask);
	return n < 1 ? 1 : n > SLICES_MOST ? SLICES_MOST : (unsigned)n;
}

static void kill_all(const struct collection *c)
{
	for (unsigned i = 0; i < c->count; i++)
		slice_kill(&c->slices[i]);
}

/* ---- listening ---- */

struct ears {
	struct pollfd fds[2 * SLICES_MOST + 1];
	struct slice *owners[2 * SLICES_MOST];
	nfds_t count;
};

static void listen_to(struct ears *ears, struct slice *s, int fd)
{
	if (fd < 0)
		return;
	ears->owners[ears->count] = s;
	ears->fds[ears->count++] = (struct pollfd){fd, POLLIN, 0};
}

/* Waits until something is to be heard or MS have passed; takes it. 1: the caller cancels; 0; -1
 * with errno. Results are taken before complaints. */
static int hear(struct collection *c, int cancel_fd, int ms)
{
	struct ears ears = {.count = 0};
	int ready;

	for (unsigned i = 0; i < c->count; i++)
		listen_to(&ears, &c->slices[i], c->slices[i].results);
	for (unsigned i = 0; i < c->count; i++)
		listen_to(&ears, &c->slices[i], c->slices[i].complaints);
	ears.fds[ears.count] = (struct pollfd){cancel_fd, POLLIN, 0};
	ready = poll(ears.fds, ears.count + 1, ms);
	if (ready < 0)
		return errno == EINTR ? 0 : -1;
	if (ears.fds[ears.count].revents)
		return 1;
	for (nfds_t i = 0; i < ears.count; i++) {
		if (!ears.fds[i].revents)
			continue;
		if (ears.fds[i].fd == ears.owners[i]->results)
			collect_results(c, ears.owners[i]);
		else
			collect_complaints(ears.owners[i]);
	}
	return 0;
}

static bool all_silent(const struct collection *c)
{
	for (unsigned i = 0; i < c->count; i++)
		if (c->slices[i].results >= 0 || c->slices[i].complaints >= 0)
			return false;
	return true;
}

static bool wants_more(const struct grade_request *request, const struct grade *grade)
{
	return !request->progress || request->progress(request->context, grade);
}

/* 0: all have ended, or the grade is broken. -1: cancelled, or ours. */
static int listen_all(struct collection *c, struct lab_error *e)
{
	int64_t silence = silence_ms(c->request);

	c->heard = wall_now();
	while (!all_silent(c) && !c->grade->complaint) {
		size_t before = c->grade->check_count, run = c->grade->run;
		int64_t left = silence - (wall_now() - c->heard) / MS;
		int result;

		if (left <= 0) {
			complain(c->grade, "the judge handed nothing over for %lld s",
				(long long)(silence + 999) / 1000);
			return 0;
		}
		result = hear(c, c->request->cancel_fd, (int)left);
		if (result < 0)
			return lab_fail_errno(e, LAB_BROKEN, "poll");
		if (result > 0 || ((c->grade->check_count != before || c->grade->run != run) &&
					  !wants_more(c->request, c->grade)))
			return lab_fail(e, LAB_BROKEN, "cancelled");
	}
	return 0;
}

/* A check holds its judge's descriptors: at their end it is gone as well, and with it all that it
 * ran. */
static void wait_until_gone(struct collection *c)
{
	int64_t until = wall_now() + AFTER_MS * MS;
	int64_t left;

	kill_all(c);
	while (!all_silent(c) && (left = until - wall_now()) > 0)
		if (hear(c, -1, (int)(left / MS) + 1) < 0)
			return;
}

/* ---- how they ended ---- */

/* A judge says with its status that the user, or this machine, is the reason (judge/record.c). */
static int blame(const struct slice *s, struct lab_error *e)
{
	LAB_FREE char *said = clean_text(buf_text(&s->said), s->said.len);
	int status = WIFEXITED(s->status) ? WEXITSTATUS(s->status) : 0;

	if (s->planned && !s->ended && (status == LAB_USAGE || status == LAB_UNSUPPORTED))
		return lab_fail(e, (enum lab_error_kind)status, "%s",
			*said ? said : "the judge gave no reason");
	return 0;
}

static void look_at_end(struct collection *c, const struct slice *s)
{
	LAB_FREE char *said = clean_text(buf_text(&s->said), s->said.len);
	const char *name = c->judge;
	const char *colon = *said ? ": " : "";

	if (WIFSIGNALED(s->status))
		complain(c->grade, "the judge \"%s\" was ended by signal %d (%s)%s%s", name,
			WTERMSIG(s->status), strsignal(WTERMSIG(s->status)), colon, said);
	else if (WEXITSTATUS(s->status) != 0)
		complain(c->grade, "the judge \"%s\" ended with status %d%s%s", name,
			WEXITSTATUS(s->status), colon, said);
	else if (!s->ended)
		complain(c->grade, "the judge \"%s\" ended before it had told all results%s%s",
			name, colon, said);
}

static int finish(struct collection *c, struct lab_error *e)
{
	for (unsigned i = 0; i < c->count; i++)
		slice_reap(&c->slices[i], silence_ms(c->request));
	for (unsigned i = 0; i < c->count; i++)
		if (blame(&c->slices[i], e) < 0)
			return -1;
	for (unsigned i = 0; i < c->count; i++)
		look_at_end(c, &c->slices[i]);
	collect_finish(c);
	return 0;
}

int judges_start(struct collection *c, const char *work, uint64_t input_hash, struct lab_error *e)
{
	if (!path_is_file(c->judge))
		return 0; /* to be told if it is needed */
	c->started = true;
	c->queue = verdict_queue_new(&c->fill, e);
	if (c->queue < 0)
		return -1;
	c->count = slice_count(c->request);
	for (unsigned i = 0; i < c->count; i++)
		c->slices[i] = (struct slice){.results = -1, .complaints = -1};
	for (unsigned i = 0; i < c->count; i++)
		if (slice_start(c, i, work, input_hash, e) < 0)
			return -1;
	return 0;
}

int judges_run(struct collection *c, const char *work, struct lab_error *e)
{
	if (!c->started && judges_start(c, work, c->grade->build.input_hash, e) < 0)
		return -1;
	if (!c->started) {
		complain(c->grade,
			"there is no judge \"%s\". It is built from the exercise's test: run make "
			"in the build folder",
			c->judge);
		return 0;
	}
	if (verdict_queue_fill(&c->fill, e) < 0)
		return -1;
	fd_close(&c->queue); /* not before: the judges may be dead, and it would be SIGPIPE */
	if (listen_all(c, e) < 0)
		return -1;
	if (c->grade->complaint)
		wait_until_gone(c);
	return finish(c, e);
}

void judges_end(struct collection *c)
{
	wait_until_gone(c); /* those that run still */
	fd_close(&c->queue);
	fd_close(&c->fill);
	for (unsigned i = 0; i < c->count; i++) {
		slice_reap(&c->slices[i], silence_ms(c->request));
		slice_done(&c->slices[i]);
	}
	for (size_t i = 0; i < c->name_count; i++)
		free(c->names[i]);
	free(c->names);
}
