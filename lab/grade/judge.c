/*
 * Starting a judge and reading what it hands over.
 *
 * The judge gets the write end of a pipe for its results and one for its complaints, and nothing
 * else of ours: every other descriptor is closed before exec. Lines of the result pipe are checked
 * as if a stranger had written them; the first one that is wrong makes the whole grade `broken`.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/grade/internal.h"

#define SILENCE_MS     120000 /* a judge that says nothing for so long is broken: wall time, a net */
#define COMPLAINT_MOST 4096
#define SLICES_MOST    16
#define RESULT_FD      3

struct slice { /* one judge process */
	pid_t pid;
	int results, complaints; /* our ends; -1 at end of file */
	struct buf line, said;
	bool ended; /* it told its end */
	int status;
};

struct collection {
	const struct grade_request *request;
	struct grade *grade;
	char **names; /* the plan */
	size_t name_count;
	struct slice slices[SLICES_MOST];
	unsigned count;
};

struct arguments {
	char *text[32];
	size_t count;
};

static void add(struct arguments *a, const char *option, char *value)
{
	a->text[a->count++] = lab_xstrdup(option);
	a->text[a->count++] = value;
}

static void make_arguments(struct arguments *a, const struct grade_request *r,
	const struct grade *grade, const char *work, unsigned slice, unsigned slices)
{
	LAB_FREE char *answers = path_join(work, "src/answers.txt");

	*a = (struct arguments){.text = {lab_xstrdup(r->exercise->judge)}, .count = 1};
	add(a, "--result-fd", lab_xprintf("%d", RESULT_FD));
	add(a, "--bin", path_join(work, "bin"));
	add(a, "--lines", path_join(work, "lines"));
	add(a, "--input-hash", lab_xprintf("%" PRIx64, grade->build.input_hash));
	add(a, "--seed", lab_xprintf("%" PRIu64, grade->seed));
	add(a, "--slice", lab_xprintf("%u/%u", slice, slices));
	if (path_is_file(answers))
		add(a, "--answers", lab_xstrdup(answers));
	if (r->schedule)
		add(a, "--schedule", lab_xstrdup(r->schedule));
	if (r->only)
		add(a, "--only", lab_xstrdup(r->only));
	if (r->save_logs)
		add(a, "--save-logs", lab_xstrdup(r->save_logs));
	if (r->replay_logs)
		add(a, "--replay-logs", lab_xstrdup(r->replay_logs));
}

/* After fork: only async-signal-safe calls. */
static void become_judge(
	const struct grade_request *r, char *const argv[], int results, int complaints)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;
	cpu_set_t set;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (r->cpu >= 0) {
		CPU_ZERO(&set);
		CPU_SET(r->cpu, &set);
		sched_setaffinity(0, sizeof(set), &set);
	}
	/* out of the way of 0..3 before they are set */
	results = fcntl(results, F_DUPFD, 10);
	complaints = fcntl(complaints, F_DUPFD, 10);
	if (null < 0 || results < 0 || complaints < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
		dup2(complaints, 2) < 0 || dup2(results, RESULT_FD) < 0)
		_exit(127);
	close_range(RESULT_FD + 1, ~0U, 0);
	execv(argv[0], argv);
	_exit(127);
}

static int start_slice(struct collection *c, unsigned number, const char *work, struct lab_error *e)
{
	struct slice *slice = &c->slices[number];
	struct arguments arguments;
	int results[2], complaints[2];

	*slice = (struct slice){.pid = -1, .results = -1, .complaints = -1};
	if (pipe2(results, O_CLOEXEC) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	if (pipe2(complaints, O_CLOEXEC) < 0) {
		close(results[0]);
		close(results[1]);
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	}
	make_arguments(&arguments, c->request, c->grade, work, number, c->count);
	slice->pid = fork();
	if (slice->pid == 0)
		become_judge(c->request, arguments.text, results[1], complaints[1]);
	for (size_t i = 0; i < arguments.count; i++)
		free(arguments.text[i]);
	close(results[1]);
	close(complaints[1]);
	slice->results = results[0];
	slice->complaints = complaints[0];
	if (slice->pid < 0)
		return lab_fail_errno(e, LAB_BROKEN, "fork");
	return 0;
}

/* ---- results ---- */

static void complain(struct grade *grade, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(struct grade *grade, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (grade->complaint)
		return;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	grade->complaint = buf_take(&text);
}

static void take_plan(struct collection *c, struct verdict_line *line)
{
	if (c->names)
		return; /* each slice announces the same */
	c->names = line->names;
	c->name_count = line->count;
	line->names = NULL;
	line->count = 0;
	c->grade->checks_planned = c->request->only ? 1 : c->name_count;
}

static void take_check(struct collection *c, struct verdict_line *line)
{
	struct grade *g = c->grade;

	for (size_t i = 0; i < g->check_count; i++)
		if (strcmp(g->checks[i].name, line->check.name) == 0) {
			complain(g, "the judge spoke twice of check \"%s\"", line->check.name);
			return;
		}
	g->checks = lab_xrealloc(g->checks, (g->check_count + 1) * sizeof(*g->checks));
	g->checks[g->check_count++] = line->check;
	line->check = (struct check_result){0};
}

static void take_line(struct collection *c, struct slice *slice, const char *text, size_t len)
{
	struct verdict_line line = {0};
	struct lab_error e;

	if (verdict_receive_line(text, len, &line, &e) < 0) {
		complain(c->grade, "the judge handed over what is no result: %s", e.text);
		return;
	}
	switch (line.kind) {
	case VERDICT_LINE_PLAN:
		take_plan(c, &line);
		break;
	case VERDICT_LINE_CHECK:
		take_check(c, &line);
		break;
	case VERDICT_LINE_END:
		slice->ended = true;
		break;
	}
	verdict_line_done(&line);
}

static void take_lines(struct collection *c, struct slice *slice)
{
	char *newline;

	while (slice->line.len && (newline = memchr(slice->line.data, '\n', slice->line.len))) {
		size_t len = (size_t)(newline - slice->line.data);

		take_line(c, slice, slice->line.data, len);
		buf_drop(&slice->line, len + 1);
	}
}

static void read_results(struct collection *c, struct slice *slice)
{
	ssize_t n = fd_read_some(slice->results, &slice->line, 65536);

	if (n <= 0)
		fd_close(&slice->results);
	take_lines(c, slice);
}

/* The end of what it says is what counts. */
static void read_complaints(struct slice *slice)
{
	ssize_t n = fd_read_some(slice->complaints, &slice->said, 4096);

	if (n <= 0)
		fd_close(&slice->complaints);
	if (slice->said.len > COMPLAINT_MOST)
		buf_drop(&slice->said, slice->said.len - COMPLAINT_MOST);
}

/* ---- the loop ---- */

static void kill_all(struct collection *c)
{
	for (unsigned i = 0; i < c->count; i++)
		if (c->slices[i].pid > 0) {
			kill(-c->slices[i].pid, SIGKILL);
			kill(c->slices[i].pid, SIGKILL);
		}
}

static nfds_t fill(struct collection *c, struct pollfd *fds, struct slice **owners)
{
	nfds_t n = 0;

	for (unsigned i = 0; i < c->count; i++) {
		struct slice *s = &c->slices[i];

		if (s->results >= 0) {
			owners[n] = s;
			fds[n++] = (struct pollfd){s->results, POLLIN, 0};
		}
		if (s->complaints >= 0) {
			owners[n] = s;
			fds[n++] = (struct pollfd){s->complaints, POLLIN, 0};
		}
	}
	return n;
}

/* 0: all streams have ended. -1: cancelled. */
static int collect(struct collection *c, struct lab_error *e)
{
	struct pollfd fds[2 * SLICES_MOST + 1];
	struct slice *owners[2 * SLICES_MOST + 1];
	nfds_t n;

	while ((n = fill(c, fds, owners)) > 0) {
		size_t before = c->grade->check_count;
		int ready;

		fds[n] = (struct pollfd){c->request->cancel_fd, POLLIN, 0};
		ready = poll(fds, n + 1, SILENCE_MS);
		if (ready < 0 && errno != EINTR)
			return lab_fail_errno(e, LAB_BROKEN, "poll");
		if (ready == 0) {
			complain(c->grade, "the judge said nothing for %d s", SILENCE_MS / 1000);
			kill_all(c);
		}
		if (ready > 0 && fds[n].revents)
			return lab_fail(e, LAB_BROKEN, "cancelled");
		for (nfds_t i = 0; ready > 0 && i < n; i++) {
			if (!fds[i].revents)
				continue;
			if (fds[i].fd == owners[i]->results)
				read_results(c, owners[i]);
			else
				read_complaints(owners[i]);
		}
		if (c->grade->check_count != before && c->request->progress &&
			!c->request->progress(c->request->context, c->grade))
			return lab_fail(e, LAB_BROKEN, "cancelled");
	}
	return 0;
}

static int reap(struct collection *c, struct lab_error *e)
{
	bool unsupported = false;

	for (unsigned i = 0; i < c->count; i++) {
		struct slice *s = &c->slices[i];

		if (s->pid <= 0)
			continue;
		while (waitpid(s->pid, &s->status, 0) < 0 && errno == EINTR)
			;
		if (WIFEXITED(s->status) && WEXITSTATUS(s->status) == LAB_UNSUPPORTED)
			unsupported = true;
		else if (WIFSIGNALED(s->status))
			complain(c->grade, "the judge was ended by signal %d (%s). %.*s",
				WTERMSIG(s->status), strsignal(WTERMSIG(s->status)),
				(int)s->said.len, buf_text(&s->said));
		else if (WEXITSTATUS(s->status) != 0 || !s->ended)
			complain(c->grade, "the judge ended early with status %d. %.*s",
				WEXITSTATUS(s->status), (int)s->said.len, buf_text(&s->said));
	}
	for (size_t i = 0; unsupported && i < c->grade->check_count; i++)
		if (c->grade->checks[i].verdict == VERDICT_BROKEN)
			return lab_fail(e, LAB_UNSUPPORTED, "%s", c->grade->checks[i].message);
	return 0;
}

static size_t rank_of(const struct collection *c, const struct check_result *check)
{
	for (size_t i = 0; i < c->name_count; i++)
		if (strcmp(c->names[i], check->name) == 0)
			return i;
	return c->name_count;
}

/* Results come as checks end; they are told in the order of the plan. */
static void sort_checks(struct collection *c)
{
	struct grade *g = c->grade;

	for (size_t i = 1; i < g->check_count; i++)
		for (size_t k = i; k > 0; k--) {
			struct check_result swap = g->checks[k];

			if (rank_of(c, &g->checks[k - 1]) <= rank_of(c, &swap))
				break;
			g->checks[k] = g->checks[k - 1];
			g->checks[k - 1] = swap;
		}
	if (g->check_count && rank_of(c, &g->checks[g->check_count - 1]) == c->name_count)
		complain(g, "the judge spoke of check \"%s\", which it had not announced",
			g->checks[g->check_count - 1].name);
	if (!g->complaint && g->check_count != g->checks_planned)
		complain(g, "the judge announced %zu checks and spoke of %zu", g->checks_planned,
			g->check_count);
}

static void forget(struct collection *c)
{
	for (unsigned i = 0; i < c->count; i++) {
		fd_close(&c->slices[i].results);
		fd_close(&c->slices[i].complaints);
		buf_done(&c->slices[i].line);
		buf_done(&c->slices[i].said);
	}
	for (size_t i = 0; i < c->name_count; i++)
		free(c->names[i]);
	free(c->names);
}

/* One judge a processor, unless the caller has given us one of its own. */
static unsigned slice_count(const struct grade_request *request)
{
	cpu_set_t mask;
	int n;

	if (request->cpu >= 0 || request->only || sched_getaffinity(0, sizeof(mask), &mask) < 0)
		return 1;
	n = CPU_COUNT(&mask);
	return n < 1 ? 1 : n > SLICES_MOST ? SLICES_MOST : (unsigned)n;
}

int grade_judge(const struct grade_request *request, struct grade *grade, const char *work,
	struct lab_error *e)
{
	struct collection c = {.request = request, .grade = grade, .count = slice_count(request)};
	int result = 0;

	if (!path_is_file(request->exercise->judge)) {
		complain(grade, "there is no judge \"%s\": build the course's tests",
			request->exercise->judge);
		return 0;
	}
	for (unsigned i = 0; i < c.count; i++)
		c.slices[i] = (struct slice){.pid = -1, .results = -1, .complaints = -1};
	for (unsigned i = 0; i < c.count && result == 0; i++)
		result = start_slice(&c, i, work, e);
	if (result == 0)
		result = collect(&c, e);
	if (result < 0)
		kill_all(&c);
	if (reap(&c, result < 0 ? NULL : e) < 0)
		result = -1;
	if (result == 0)
		sort_checks(&c);
	forget(&c);
	return result;
}
