/*
 * An exploration over several processors. Where they have nothing else to do, workers, forked from
 * the check's process at the head of the loop, make the bodies that are to come, in whatever order
 * they finish. The check itself makes each body again, in its own order, but with the logs that the
 * worker's runs left (run_replay): so all that it sees, says, counts and saves is what it would be
 * had it made the runs by itself, and what one body keeps for the next one is kept.
 *
 * One worker works where the check did, which has little to do meanwhile; the others have a
 * processor each, and a yard. A worker whose body ends the check hands over what there is, and ends
 * as well. A body that a worker could not make is the check's, and so are all after it. Where a
 * body does not ask for what its worker asked for (it depends on those before), the whole check is
 * begun anew, alone.
 *
 * IPCLAB_WORKERS=N in the environment: always N workers, wherever there is room for them; 0: none.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/judge/internal.h"

#define WORKERS_MOST 32
#define LEAST        4 /* bodies to come that are worth a fork and a yard */
#define PIPE_BYTES   (1 << 20)
#define CANNOT       UINT_MAX

/* What a worker says of one body; so many logs follow, a length before each. */
struct head {
	unsigned body, runs; /* RUNS CANNOT: it could not be made */
};

struct answer {
	struct answer *next;
	struct head head;
	struct buf *logs;
	unsigned told; /* of them, to the check */
};

struct spread {
	atomic_uint *claims; /* the next body that no worker has taken; shared */
	struct {
		pid_t pid;
		int from;
	} workers[WORKERS_MOST];
	unsigned count;
	struct answer *heard, *current; /* CURRENT: of the body that the check makes now */
};

static struct { /* in a worker */
	bool is_one;
	int to;
	atomic_uint *claims;
	unsigned body;
	bool made;
	struct run_yard *yard; /* its own */
} me;

/* ---- in a worker ---- */

bool spread_works(void)
{
	return me.is_one;
}

static void say(unsigned runs)
{
	struct head head = {me.body, runs};
	BUF_SCOPED all = BUF_INIT;

	buf_add(&all, &head, sizeof(head));
	for (struct judged *j = judge_state.runs; j && runs != CANNOT; j = j->next) {
		BUF_SCOPED log = BUF_INIT;

		event_log_write(run_log(j->run), &log);
		buf_add(&all, &log.len, sizeof(log.len));
		buf_add(&all, log.data, log.len);
	}
	if (fd_write_all(me.to, all.data, all.len) < 0)
		_exit(0); /* nobody listens any more */
}

static void say_logs(void)
{
	unsigned runs = 0;

	judge_close_runs();
	for (struct judged *j = judge_state.runs; j; j = j->next)
		runs++;
	say(runs);
}

void spread_leave(bool broken)
{
	static bool leaving; /* what fails from here on brings us here again */

	if (broken || leaving) {
		say(CANNOT);
		_exit(0);
	}
	leaving = true;
	say_logs();
	_exit(0);
}

unsigned spread_next(void)
{
	if (me.made) {
		say_logs();
		judge_forget_runs();
	}
	me.made = true;
	me.body = atomic_fetch_add(me.claims, 1);
	return me.body;
}

void spread_done(void)
{
	run_yard_free(me.yard);
	_exit(0);
}

static void become_worker(const struct spread *s, pid_t check, int to, int cpu)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != check)
		_exit(0); /* it died before we asked */
	me.is_one = true;
	me.to = to;
	me.claims = s->claims;
	judge_state.options.save = NULL;
	if (cpu < 0)
		return;
	run_processor_move(cpu);
	judge_state.yard = me.yard =
		run_yard_new(judge_state.options.bin, judge_state.options.helpers);
}

/* ---- in the check ---- */

static void answer_free(struct answer *a)
{
	for (unsigned i = 0; a->logs && i < a->head.runs; i++)
		buf_done(&a->logs[i]);
	free(a->logs);
	free(a);
}

static void drop_current(struct spread *s)
{
	if (s->current)
		answer_free(s->current);
	s->current = NULL;
}

void spread_end(struct loop *loop)
{
	struct spread *s = loop->spread;

	if (!s)
		return;
	loop->spread = NULL;
	for (unsigned i = 0; i < s->count; i++)
		kill(s->workers[i].pid, SIGKILL);
	for (unsigned i = 0; i < s->count; i++) {
		while (waitpid(s->workers[i].pid, NULL, 0) < 0 && errno == EINTR)
			;
		close(s->workers[i].from);
	}
	while (s->heard) {
		struct answer *next = s->heard->next;

		answer_free(s->heard);
		s->heard = next;
	}
	drop_current(s);
	munmap(s->claims, sizeof(*s->claims));
	free(s);
}

/* 1: in the worker; 0; -1: there is none. CPU: -1 where the check is. */
static int add_worker(struct spread *s, int cpu)
{
	pid_t check = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* or what there is */
	s->workers[s->count].pid = fork();
	if (s->workers[s->count].pid == 0) {
		close(ends[0]);
		become_worker(s, check, ends[1], cpu);
		return 1;
	}
	close(ends[1]);
	if (s->workers[s->count].pid < 0) {
		close(ends[0]);
		return -1;
	}
	s->workers[s->count++].from = ends[0];
	return 0;
}

/* How many there must be; -1: as many as there are processors for. */
static int wished(void)
{
	const char *text = getenv("IPCLAB_WORKERS");
	int n = text && *text ? atoi(text) : -1;

	return n > WORKERS_MOST ? WORKERS_MOST : n;
}

/* Other checks of the submission would like to have the processors as well. */
static bool others_wait(void)
{
	const struct options *o = &judge_state.options;

	return !o->only && o->queue_fd >= 0 &&
	       verdict_queue_taken(o->queue_fd) < judge_state.check_count;
}

/* true: in a worker. */
static bool add_wished(struct spread *s, int count)
{
	while (s->count < (unsigned)count) {
		int added = add_worker(s, s->count ? sched_getcpu() : -1);

		if (added)
			return added > 0;
	}
	return false;
}

static bool add_free(struct spread *s, unsigned left)
{
	unsigned most = left / 2 < WORKERS_MOST ? left / 2 : WORKERS_MOST;
	int cpu = -1, fd = run_processor_take(&cpu);

	if (fd < 0)
		return false;
	while (fd >= 0) {
		int added = add_worker(s, cpu);

		if (added > 0)
			return true; /* FD is held for as long as the worker lives */
		close(fd);
		fd = added == 0 && s->count + 1 < most ? run_processor_take(&cpu) : -1;
	}
	return add_worker(s, -1) > 0;
}

bool spread_begin(struct loop *loop, unsigned left)
{
	int count = wished();
	struct spread *s;
	atomic_uint *claims;
	bool in_worker;

	if (loop->spread || loop->unshared || left < (count > 0 ? 1 : LEAST) || count == 0 ||
		*judge_state.alone || judge_state.options.replay || !judge_state.yard ||
		(count < 0 && others_wait()))
		return false;
	claims = mmap(
		NULL, sizeof(*claims), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (claims == MAP_FAILED)
		return false;
	s = loop->spread = lab_xmalloc(sizeof(*s));
	s->claims = claims;
	atomic_init(claims, loop->done);
	in_worker = count > 0 ? add_wished(s, count) : add_free(s, left);
	if (in_worker) { /* the others are none of its business */
		for (unsigned i = 0; i < s->count; i++)
			close(s->workers[i].from);
		loop->spread = NULL;
		free(s);
	} else if (s->count == 0) {
		spread_end(loop);
	}
	return in_worker;
}

static bool read_log(int from, struct buf *into)
{
	size_t len;

	if (fd_read_full(from, &len, sizeof(len)) != sizeof(len))
		return false;
	buf_reserve(into, len);
	into->len = len;
	return fd_read_full(from, into->data, len) == (ssize_t)len;
}

/* The next answer of a worker; NULL: it has ended. */
static struct answer *read_answer(int from)
{
	struct answer *a = lab_xmalloc(sizeof(*a));
	bool whole = fd_read_full(from, &a->head, sizeof(a->head)) == sizeof(a->head);

	if (whole && a->head.runs != CANNOT) {
		a->logs = lab_xmalloc((a->head.runs + 1) * sizeof(*a->logs));
		for (unsigned i = 0; whole && i < a->head.runs; i++)
			whole = read_log(from, &a->logs[i]);
	}
	if (whole)
		return a;
	answer_free(a);
	return NULL;
}

/* Takes what has come; a worker that has ended is no longer there. */
static void hear(struct spread *s)
{
	struct pollfd fds[WORKERS_MOST];
	unsigned left = 0;

	for (unsigned i = 0; i < s->count; i++)
		fds[i] = (struct pollfd){s->workers[i].from, POLLIN, 0};
	while (poll(fds, s->count, -1) < 0 && errno == EINTR)
		;
	for (unsigned i = 0; i < s->count; i++) {
		struct answer *a = fds[i].revents ? read_answer(fds[i].fd) : NULL;

		if (a) {
			a->next = s->heard;
			s->heard = a;
		} else if (fds[i].revents) {
			close(fds[i].fd);
			while (waitpid(s->workers[i].pid, NULL, 0) < 0 && errno == EINTR)
				;
			continue;
		}
		s->workers[left++] = s->workers[i];
	}
	s->count = left;
}

static struct answer *take_answer(struct spread *s, unsigned body)
{
	for (struct answer **a = &s->heard; *a; a = &(*a)->next)
		if ((*a)->head.body == body) {
			struct answer *found = *a;

			*a = found->next;
			return found;
		}
	return NULL;
}

void spread_take(struct loop *loop)
{
	struct spread *s = loop->spread;

	if (!s)
		return;
	drop_current(s);
	while (!(s->current = take_answer(s, loop->done)) && s->count)
		hear(s);
	if (!s->current || s->current->head.runs == CANNOT) {
		loop->unshared = true;
		spread_end(loop);
	}
}

bool spread_tells(void)
{
	return judge_state.loop.spread && judge_state.loop.spread->current;
}

struct run *spread_replay(const struct run_request *request)
{
	struct answer *a = judge_state.loop.spread->current;
	struct event_log *log = NULL;
	struct run *run = NULL;

	if (a->told < a->head.runs)
		log = event_log_read(&a->logs[a->told++], "a worker's log", NULL);
	if (log)
		run = run_replay(log, request, NULL);
	if (!run)
		spread_again();
	return run;
}

void spread_again(void)
{
	*judge_state.alone = true;
	spread_end(&judge_state.loop);
	_exit(0);
}
