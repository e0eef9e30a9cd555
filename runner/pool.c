/* Tasks in worker processes: see pool.h. Knows nothing of what a task is. */
#include "config.h"

#include "runner/pool.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"

enum { WORKERS_MAX = 256, ANSWER_MAX = 64 << 20 };

const char pool_lost[] = "whoever graded it was killed, and killed again when it was tried once "
			 "more: did memory run out?";

struct worker {
	pid_t pid;
	int socket, cpu;
	bool busy;
	size_t task;
	unsigned tries; /* of the task, before this one */
};

struct pool {
	const struct pool_job *job;
	struct worker workers[WORKERS_MAX];
	size_t count;
	size_t next, finished; /* tasks */
	bool winding_up;       /* no further task begins */
};

static bool send_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* The N-th processor of our mask, round and round. */
static int processor(const cpu_set_t *mask, unsigned n)
{
	n %= (unsigned)CPU_COUNT(mask);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, mask) && n-- == 0)
			return cpu;
	return -1;
}

static void work_on(const struct pool_job *job, int socket, int cpu)
{
	uint64_t task;

	while (fd_read_full(socket, &task, sizeof(task)) == (ssize_t)sizeof(task)) {
		LAB_FREE char *answer = job->work(job->context, (size_t)task, cpu, socket);
		uint64_t len = answer ? strlen(answer) : 0;

		if (!send_all(socket, &len, sizeof(len)) || !send_all(socket, answer, len))
			break;
	}
}

/* The child's part: it has its own group, so that the terminal's Ctrl-C reaches the caller alone,
 * which then tells us by closing the socket. It ends here: it is no longer the program. */
static void be_worker(struct pool *p, int socket, int cpu) __attribute__((noreturn));
static void be_worker(struct pool *p, int socket, int cpu)
{
	cpu_set_t only;

	setpgid(0, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	for (size_t i = 0; i < p->count; i++)
		fd_close(&p->workers[i].socket);
	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	sched_setaffinity(0, sizeof(only), &only); /* if refused: slower, not wrong */
	work_on(p->job, socket, cpu);
	_exit(0);
}

/* A process for W, which has none. */
static int start_worker(struct pool *p, struct worker *w, struct lab_error *e)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "socketpair");
	fflush(NULL);
	w->pid = fork();
	if (w->pid < 0) {
		w->pid = 0;
		lab_fail_errno(e, LAB_BROKEN, "fork a worker");
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	if (w->pid == 0) {
		close(ends[0]);
		be_worker(p, ends[1], w->cpu);
	}
	close(ends[1]);
	w->socket = ends[0];
	return 0;
}

static int start_workers(struct pool *p, struct lab_error *e)
{
	cpu_set_t mask;
	unsigned wanted = p->job->workers;

	if (sched_getaffinity(0, sizeof(mask), &mask) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "sched_getaffinity");
	if (wanted == 0)
		wanted = (unsigned)CPU_COUNT(&mask);
	if (wanted > p->job->tasks)
		wanted = (unsigned)p->job->tasks;
	if (wanted > WORKERS_MAX)
		wanted = WORKERS_MAX;
	for (unsigned i = 0; i < wanted; i++) {
		struct worker *w = &p->workers[p->count++];

		*w = (struct worker){.socket = -1, .cpu = processor(&mask, i)};
		if (start_worker(p, w, e) < 0)
			return -1;
	}
	return 0;
}

static void reap(struct worker *w)
{
	while (w->pid > 0 && waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	w->pid = 0;
}

static void stop_workers(struct pool *p)
{
	for (size_t i = 0; i < p->count; i++)
		fd_close(&p->workers[i].socket);
	for (size_t i = 0; i < p->count; i++)
		reap(&p->workers[i]);
}

static int finish_task(struct pool *p, struct worker *w, const char *answer, struct lab_error *e)
{
	w->busy = false;
	w->tries = 0;
	p->finished++;
	p->job->done(p->job->context, w->task, answer);
	if (p->job->enough && *p->job->enough)
		return lab_fail(e, LAB_BROKEN, "stopped");
	return 0;
}

/* Where it was killed already, that is found out with its answer. */
static void send_task(struct worker *w)
{
	uint64_t task = w->task;

	send_all(w->socket, &task, sizeof(task));
}

static void give_task(struct pool *p, struct worker *w)
{
	if (w->busy || p->next == p->job->tasks || p->winding_up)
		return;
	w->task = p->next++;
	w->busy = true;
	send_task(w);
}

/* W was killed in the middle of its task, or lives on and makes no sense. */
static int replace(struct pool *p, struct worker *w, struct lab_error *e)
{
	fd_close(&w->socket);
	kill(w->pid, SIGKILL);
	reap(w);
	if (start_worker(p, w, e) < 0)
		return -1;
	if (w->tries++ > 0)
		return finish_task(p, w, NULL, e);
	send_task(w);
	return 0;
}

static int take_answer(struct pool *p, struct worker *w, struct lab_error *e)
{
	LAB_FREE char *answer = NULL;
	uint64_t len;

	if (fd_read_full(w->socket, &len, sizeof(len)) != (ssize_t)sizeof(len) || len > ANSWER_MAX)
		return replace(p, w, e);
	answer = lab_xmalloc(len + 1);
	if (fd_read_full(w->socket, answer, len) != (ssize_t)len)
		return replace(p, w, e);
	return finish_task(p, w, answer, e);
}

/* The caller was told to stop. false: at once. */
static bool winds_up(struct pool *p)
{
	char told;

	if (!p->job->finish_running || read(p->job->cancel_fd, &told, 1) != 1)
		return false;
	if (p->winding_up)
		return false;
	p->winding_up = true;
	return true;
}

static int serve(struct pool *p, struct lab_error *e)
{
	struct pollfd fds[WORKERS_MAX + 2];
	const struct pool_job *job = p->job;

	for (size_t i = 0; i < p->count; i++)
		give_task(p, &p->workers[i]);
	while (p->finished < (p->winding_up ? p->next : p->job->tasks)) {
		for (size_t i = 0; i < p->count; i++)
			fds[i] = (struct pollfd){
				.fd = p->workers[i].busy ? p->workers[i].socket : -1,
				.events = POLLIN};
		fds[p->count] = (struct pollfd){.fd = job->cancel_fd, .events = POLLIN};
		fds[p->count + 1] =
			(struct pollfd){.fd = job->heed ? job->heed_fd : -1, .events = POLLIN};
		if (poll(fds, p->count + 2, -1) < 0 && errno != EINTR)
			return lab_fail_errno(e, LAB_BROKEN, "poll");
		if (fds[p->count].revents && !winds_up(p))
			return lab_fail(e, LAB_BROKEN, "cancelled");
		if (fds[p->count + 1].revents && job->heed(job->context))
			return lab_fail(e, LAB_BROKEN, "stopped");
		for (size_t i = 0; i < p->count; i++) {
			if (fds[i].revents && take_answer(p, &p->workers[i], e) < 0)
				return -1;
			give_task(p, &p->workers[i]);
		}
	}
	return p->winding_up ? lab_fail(e, LAB_BROKEN, "cancelled") : 0;
}

int pool_run(const struct pool_job *job, struct lab_error *e)
{
	struct pool p = {.job = job};
	int status = start_workers(&p, e);

	if (status == 0)
		status = serve(&p, e);
	stop_workers(&p);
	return status;
}
