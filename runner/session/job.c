/*
 * A check in the background: see job.h.
 *
 * Who ends whom: the child watches the cancel pipe, whose other end we hold; when we close it, or
 * die in whatever way, the child has its grade cancelled, cleans up and ends. While it compiles it
 * does not look; then it ends when the compiler has (which has its own limits). Only a child that
 * takes too long is killed; all that it started dies with it, and its files lie in a folder of
 * their own that we remove.
 */
#include "config.h"

#include "runner/session/job.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/pidfd.h"
#include "runner/grading.h"

enum { LINE_MOST = 64 << 20, PATIENCE_MS = 10000 };

/* ---- in the child ---- */

struct teller {
	int fd;
};

static bool send_line(const struct teller *t, const char *line)
{
	return fd_write_all(t->fd, line, strlen(line)) == 0;
}

static bool tell_progress(void *context, const struct grade *g)
{
	LAB_FREE char *line = NULL;

	if (g->phase == GRADE_DONE)
		return true;
	line = lab_xprintf("{\"phase\": \"%s\", \"done\": %zu, \"planned\": %zu, \"run\": %zu, "
			   "\"runs\": %zu}\n",
		g->phase == GRADE_BUILDING ? "building" : "running", g->check_count,
		g->checks_planned, g->run, g->runs);
	return send_line(context, line);
}

static void tell_error(const struct teller *t, const struct lab_error *error)
{
	json_t *o = json_pack("{s:i, s:s}", "error", (int)error->kind, "text", error->text);
	LAB_FREE char *text = o ? json_dumps(o, 0) : NULL;
	LAB_FREE char *line = lab_xprintf(
		"%s\n", text ? text : "{\"error\": 3, \"text\": \"the check could not be made\"}");

	send_line(t, line);
	json_decref(o);
}

/* The terminal is the parent's alone: its keys, its signals, its screen. A key that came before we
 * left the parent's group was not meant for us: to ignore a signal drops it, where it is pending.
 */
static void let_go_of_terminal(void)
{
	static const int back[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCHLD, SIGWINCH};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	setpgid(0, 0);
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		signal(back[i], SIG_IGN);
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		signal(back[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; fd <= STDERR_FILENO && null >= 0; fd++)
		dup2(null, fd);
	fd_close(&null);
}

static void grade(const struct exercise *exercise, const char *submission,
	const struct job_wish *wish, const char *logs, int results, int cancel)
{
	struct teller teller = {results};
	struct grade grade = {0};
	struct lab_error e = {0};
	BUF_SCOPED line = BUF_INIT;
	struct grade_request request = {
		.exercise = exercise,
		.submission = submission,
		.only = wish ? wish->only : NULL,
		.schedule = wish ? wish->schedule : NULL,
		.save_logs = wish ? logs : NULL,
		.log_uses = wish != NULL,
		.cpu = -1,
		.progress = tell_progress,
		.context = &teller,
		.cancel_fd = cancel,
	};

	if (grade_submission(&request, &grade, &e) < 0) {
		tell_error(&teller, &e);
		return;
	}
	outcome_write(&line, &grade);
	buf_putc(&line, '\n');
	send_line(&teller, buf_text(&line));
	grade_done(&grade);
}

/* ---- in the parent ---- */

void jobs_init(struct jobs *j)
{
	*j = (struct jobs){.child = {.cancel = -1}, .results = -1};
	for (size_t i = 0; i < JOBS_ENDING; i++)
		j->ending[i].cancel = -1;
}

bool job_runs(const struct jobs *j)
{
	return j->child.pid > 0;
}

static void forget(struct job_child *c)
{
	fd_close(&c->cancel);
	if (c->scratch)
		path_remove_tree(c->scratch, NULL);
	free(c->scratch);
	free(c->only);
	*c = (struct job_child){.cancel = -1};
}

static void reap(struct job_child *c, int options)
{
	pid_t got;

	if (c->pid <= 0)
		return;
	do
		got = waitpid(c->pid, NULL, options);
	while (got < 0 && errno == EINTR);
	if (got != 0)
		forget(c);
}

/* Lets C end by itself, but not for ever. */
static void end(struct job_child *c)
{
	FD_SCOPED fd = -1;
	struct pollfd wait;

	if (c->pid <= 0)
		return;
	fd_close(&c->cancel);
	fd = pidfd_open(c->pid, 0);
	wait = (struct pollfd){fd, POLLIN, 0};
	if (fd < 0 || poll(&wait, 1, PATIENCE_MS) <= 0)
		kill(c->pid, SIGKILL);
	reap(c, 0);
}

static int open_pipe(int *reader, int *writer, struct lab_error *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	*reader = ends[0];
	*writer = ends[1];
	return 0;
}

static char *logs_folder(const struct job_child *c)
{
	return path_join(c->scratch, "logs");
}

static void be_child(struct jobs *j, const struct exercise *exercise, const char *submission,
	const struct job_wish *wish, int results, int cancel) __attribute__((noreturn));
static void be_child(struct jobs *j, const struct exercise *exercise, const char *submission,
	const struct job_wish *wish, int results, int cancel)
{
	LAB_FREE char *logs = logs_folder(&j->child);

	let_go_of_terminal();
	setenv("TMPDIR", j->child.scratch, 1);
	grade(exercise, submission, wish, logs, results, cancel);
	if (getppid() != j->parent) /* nobody is left to read it */
		path_remove_tree(logs, NULL);
	rmdir(j->child.scratch); /* likewise */
	_exit(0);
}

static int start_child(struct jobs *j, const struct exercise *exercise, const char *submission,
	const struct job_wish *wish, struct lab_error *e)
{
	FD_SCOPED hear = -1, tell = -1, watch = -1, hold = -1;
	sigset_t all, before;
	pid_t pid;

	if (open_pipe(&hear, &tell, e) < 0 || open_pipe(&watch, &hold, e) < 0)
		return -1;
	fflush(NULL);
	j->parent = getpid();
	sigfillset(&all); /* until each has a group of its own: Ctrl-Z would stop it for ever */
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid > 0)
		setpgid(pid, pid);
	if (pid != 0)
		sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid < 0)
		return lab_fail_errno(e, LAB_BROKEN, "fork a check");
	if (pid == 0) { /* we have one thread: the child may do what it likes */
		fd_close(&hear);
		fd_close(&hold);
		for (size_t i = 0; i < JOBS_ENDING; i++)
			fd_close(&j->ending[i].cancel);
		be_child(j, exercise, submission, wish, tell, watch);
	}
	fd_nonblock(hear, true);
	j->child.pid = pid;
	j->child.cancel = fd_keep(&hold);
	j->results = fd_keep(&hear);
	return 0;
}

int job_start(struct jobs *j, const struct exercise *exercise, const char *submission,
	const struct job_wish *wish, struct lab_error *e)
{
	job_cancel(j);
	j->child.scratch = path_make_temporary("ipclab-job", e);
	if (!j->child.scratch)
		return -1;
	j->child.only = wish ? lab_xstrdup(wish->only) : NULL;
	if (start_child(j, exercise, submission, wish, e) < 0) {
		forget(&j->child);
		return -1;
	}
	return 0;
}

void job_cancel(struct jobs *j)
{
	size_t i = 0;

	fd_close(&j->results);
	buf_clear(&j->line);
	if (!job_runs(j))
		return;
	fd_close(&j->child.cancel);
	while (i < JOBS_ENDING && j->ending[i].pid > 0)
		i++;
	if (i == JOBS_ENDING) {
		end(&j->child); /* too many at once: wait for this one */
		return;
	}
	j->ending[i] = j->child;
	j->child = (struct job_child){.cancel = -1};
}

void jobs_reap(struct jobs *j)
{
	for (size_t i = 0; i < JOBS_ENDING; i++)
		reap(&j->ending[i], WNOHANG);
}

void jobs_quit(struct jobs *j)
{
	job_cancel(j);
	for (size_t i = 0; i < JOBS_ENDING; i++)
		end(&j->ending[i]);
	buf_done(&j->line);
}

/* ---- news ---- */

static void read_news(const char *line, struct job_news *news)
{
	json_t *o = json_loads(line, 0, NULL);
	const char *phase = json_string_value(json_object_get(o, "phase"));
	const json_t *error = json_object_get(o, "error");

	*news = (struct job_news){.state = JOB_FAILED};
	if (phase) {
		news->state = strcmp(phase, "building") == 0 ? JOB_BUILDING : JOB_RUNNING;
		news->done = (size_t)json_integer_value(json_object_get(o, "done"));
		news->planned = (size_t)json_integer_value(json_object_get(o, "planned"));
		news->run = (size_t)json_integer_value(json_object_get(o, "run"));
		news->runs = (size_t)json_integer_value(json_object_get(o, "runs"));
	} else if (error) {
		lab_fail(&news->error, (enum lab_error_kind)json_integer_value(error), "%s",
			json_string_value(json_object_get(o, "text")));
	} else {
		news->outcome = outcome_read(line, &news->error);
		news->state = news->outcome ? JOB_DONE : JOB_FAILED;
	}
	json_decref(o);
}

/*
 * The child has said its last word, or ended without it. It has only to leave, and we wait for
 * that: whoever sees the verdict and ends the lab at once shall find nothing of it left.
 */
static void finish(struct jobs *j, bool told, struct job_news *news)
{
	if (!told) {
		*news = (struct job_news){.state = JOB_FAILED};
		lab_fail(&news->error, LAB_BROKEN, "the check ended before it had a verdict");
	}
	fd_close(&j->results);
	buf_clear(&j->line);
	end(&j->child);
}

bool job_read(struct jobs *j, struct job_news *news)
{
	char *newline;
	ssize_t n;

	if (j->results < 0)
		return false;
	newline = memchr(buf_text(&j->line), '\n', j->line.len);
	if (!newline) {
		n = fd_read_some(j->results, &j->line, 1 << 16);
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n <= 0 || j->line.len > LINE_MOST) {
			finish(j, false, news);
			return true;
		}
		newline = memchr(j->line.data, '\n', j->line.len);
		if (!newline)
			return job_read(j, news);
	}
	*newline = '\0';
	read_news(j->line.data, news);
	if (news->state == JOB_DONE && j->child.only) {
		LAB_FREE char *logs = logs_folder(&j->child);

		news->log = grading_last_log(logs, j->child.only, &news->error);
	}
	buf_drop(&j->line, (size_t)(newline - j->line.data) + 1);
	if (news->state == JOB_DONE || news->state == JOB_FAILED)
		finish(j, true, news);
	return true;
}
