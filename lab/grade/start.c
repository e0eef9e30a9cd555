/*
 * Starting a judge, and ending one.
 *
 * A judge gets /dev/null as 0 and 1, a pipe for its complaints as 2, a pipe for its results as
 * RESULT_FD, the queue of checks as QUEUE_FD, and nothing else of ours. It leads a process group of
 * its own, so that Ctrl-C at the terminal is the caller's to decide about. It dies with its caller,
 * a check dies with its judge, and what runs in a sandbox dies with its check: killing the judge
 * ends it all.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/pidfd.h"
#include "lab/grade/internal.h"

#define RESULT_FD 3
#define QUEUE_FD  4
#define CANNOT    127 /* status of a judge that could not be started, as in a shell */

struct arguments {
	char *text[32];
	size_t count;
};

static void add(struct arguments *a, const char *option, char *value)
{
	a->text[a->count++] = lab_xstrdup(option);
	a->text[a->count++] = value;
}

/* Two judges may have checks of the same name. */
static char *logs_folder(const struct collection *c, const char *folder)
{
	return c->private ? path_join(folder, "private") : lab_xstrdup(folder);
}

static void make_arguments(
	struct arguments *a, const struct collection *c, const char *work, uint64_t input_hash)
{
	const struct grade_request *r = c->request;
	LAB_FREE char *answers = path_join(work, "src/answers.txt");

	*a = (struct arguments){.text = {lab_xstrdup(c->judge)}, .count = 1};
	add(a, "--result-fd", lab_xprintf("%d", RESULT_FD));
	add(a, "--bin", path_join(work, "bin"));
	add(a, "--lines", path_join(work, "lines"));
	add(a, "--helpers", lab_xstrdup(lab_guest_dir()));
	add(a, "--input-hash", lab_xprintf("%" PRIx64, input_hash));
	add(a, "--seed", lab_xprintf("%" PRIu64, c->grade->seed));
	add(a, "--queue-fd", lab_xprintf("%d", QUEUE_FD));
	if (path_is_file(answers))
		add(a, "--answers", lab_xstrdup(answers));
	if (r->exercise->kind == EXERCISE_PREDICT)
		add(a, "--questions", path_join(r->exercise->folder, "answers.txt"));
	if (r->schedule)
		add(a, "--schedule", lab_xstrdup(r->schedule));
	if (r->only)
		add(a, "--only", lab_xstrdup(r->only));
	if (r->log_uses)
		a->text[a->count++] = lab_xstrdup("--uses");
	if (r->save_logs)
		add(a, "--save-logs", logs_folder(c, r->save_logs));
	if (r->replay_logs)
		add(a, "--replay-logs", logs_folder(c, r->replay_logs));
	if (r->progress)
		a->text[a->count++] = lab_xstrdup("--tell-runs");
}

/* ---- in the child: only async-signal-safe calls ---- */

static void say(const char *text)
{
	ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

	(void)ignored; /* nobody to tell */
}

static void give_up(const char *what)
{
	const char *name = strerrorname_np(errno);

	say("cannot be started: ");
	say(what);
	say(": ");
	say(name ? name : "E?");
	_exit(CANNOT);
}

/* Whatever the caller has blocked or ignored is not the judge's. */
static void reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void set_descriptors(int results, int complaints, int queue)
{
	int null = open("/dev/null", O_RDWR);

	/* out of the way of 0..4 before those are set */
	queue = fcntl(queue, F_DUPFD, 10);
	results = fcntl(results, F_DUPFD, 10);
	complaints = fcntl(complaints, F_DUPFD, 10);
	if (complaints < 0 || dup2(complaints, STDERR_FILENO) < 0)
		_exit(CANNOT);
	if (null < 0 || results < 0 || dup2(null, STDIN_FILENO) < 0 ||
		dup2(null, STDOUT_FILENO) < 0 || dup2(results, RESULT_FD) < 0 || queue < 0 ||
		dup2(queue, QUEUE_FD) < 0 || close_range(QUEUE_FD + 1, ~0U, 0) < 0)
		give_up("descriptors");
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void become_judge(
	const struct collection *c, pid_t caller, char *const argv[], int results, int complaints)
{
	reset_signals();
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != caller)
		_exit(CANNOT); /* it died before we asked */
	if (c->request->cpu >= 0)
		pin(c->request->cpu);
	set_descriptors(results, complaints, c->queue);
	execv(argv[0], argv);
	give_up("exec");
}

/* ---- in the caller ---- */

static int open_pipes(int results[2], int complaints[2], struct lab_error *e)
{
	if (pipe2(results, O_CLOEXEC) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	if (pipe2(complaints, O_CLOEXEC) < 0) {
		lab_fail_errno(e, LAB_BROKEN, "pipe");
		close(results[0]);
		close(results[1]);
		return -1;
	}
	return 0;
}

int slice_start(struct collection *c, unsigned number, const char *work, uint64_t input_hash,
	struct lab_error *e)
{
	struct slice *s = &c->slices[number];
	struct arguments arguments;
	int results[2], complaints[2];
	pid_t caller = getpid();

	if (open_pipes(results, complaints, e) < 0)
		return -1;
	make_arguments(&arguments, c, work, input_hash);
	s->pid = fork();
	if (s->pid == 0)
		become_judge(c, caller, arguments.text, results[1], complaints[1]);
	if (s->pid > 0)
		setpgid(s->pid, s->pid); /* here as well: it may be killed at once */
	for (size_t i = 0; i < arguments.count; i++)
		free(arguments.text[i]);
	close(results[1]);
	close(complaints[1]);
	s->results = results[0];
	s->complaints = complaints[0];
	if (s->pid < 0) {
		s->pid = 0;
		return lab_fail_errno(e, LAB_BROKEN, "fork");
	}
	return 0;
}

void slice_kill(const struct slice *s)
{
	if (s->pid <= 0 || s->reaped)
		return;
	kill(-s->pid, SIGKILL);
	kill(s->pid, SIGKILL);
}

void slice_reap(struct slice *s, int patience_ms)
{
	FD_SCOPED fd = -1;
	struct pollfd ended;

	if (s->pid <= 0 || s->reaped)
		return;
	fd = pidfd_open(s->pid, 0);
	ended = (struct pollfd){fd, POLLIN, 0};
	if (fd >= 0 && poll(&ended, 1, patience_ms) == 0)
		slice_kill(s);
	while (waitpid(s->pid, &s->status, 0) < 0 && errno == EINTR)
		;
	s->reaped = true;
}

void slice_done(struct slice *s)
{
	fd_close(&s->results);
	fd_close(&s->complaints);
	buf_done(&s->line);
	buf_done(&s->said);
}
