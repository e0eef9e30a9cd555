/*
 * Compiling in the sandbox: one driver call a program (cc1, as and ld of all its sources), all
 * programs at once, then guest/lines over each result; at the end the programs and tables are
 * fetched out. Inside:
 *
 *	/src        the sources, read-only
 *	/lab/guest  our runtime, read-only
 *	/out        a tmpfs: results and temporary files
 *
 * A compiler that does not end, wants too much memory or writes too much is stopped by the
 * sandbox's limits or by the wall clock; to the student that is a diagnostic like any other.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/parts.h"
#include "lab/sandbox/sandbox.h"

static const char *const environment[] = {
	"PATH=/usr/bin:/bin", "LC_ALL=C", "TMPDIR=/out", "HOME=/out", "CCACHE_DISABLE=1", NULL};

struct process {
	pid_t inside;
	int out, err; /* memory files; -1 */
	int status;
};

struct compile {
	struct build_result *result;
	struct compiler *compiler;
	const struct exercise *exercise;
	bool races; /* they are looked for */
	const struct source_list *sources;
	const struct build_job *jobs;
	size_t count;
	const char *out;
	const struct build_watch *watch; /* NULL, or told and then NULL */
	struct sandbox *sandbox;
	struct sock_fprog filter;
	struct process *processes; /* one a job */
	struct timespec started;
	struct lab_error *e;
};

static int wall_left_ms(const struct compile *c)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	int64_t spent = (int64_t)(now.tv_sec - c->started.tv_sec) * 1000 +
			(now.tv_nsec - c->started.tv_nsec) / 1000000;

	return spent < BUILD_WALL_MS ? (int)(BUILD_WALL_MS - spent) : 0;
}

static int start(struct compile *c, struct process *p, const char *path, const struct words *argv)
{
	struct sandbox_command command = {
		.path = path,
		.argv = argv->list,
		.envp = environment,
		.fds = {-1, p->out, p->err},
		.filter = &c->filter,
		.soon = true,
	};
	pid_t outside;

	if (sandbox_spawn(c->sandbox, &command, &outside, &p->inside, c->e) < 0)
		return -1;
	return sandbox_release(c->sandbox, p->inside, c->e);
}

static const char *runtime(const struct compile *c)
{
	return c->races ? "/lab/guest/race.o" : "/lab/guest/guest.o";
}

static int start_compiler(struct compile *c, const struct build_job *job, struct process *p)
{
	LAB_FREE char *output = lab_xprintf("/out/%s", job->program);
	LAB_FREE char *storage = lab_xmalloc(BUILD_FILES_MAX * 300);
	struct words argv = {NULL, 0};
	char *next = storage;
	int failed;

	word(&argv, c->compiler->path);
	for (char **extra = c->compiler->words + 1; *extra != NULL; extra++)
		word(&argv, *extra);
	word_flags(&argv, c->compiler->family, c->races);
	word(&argv, "-o");
	word(&argv, output);
	word(&argv, runtime(c)); /* first: its .preinit_array entry is the first of all */
	word(&argv, c->races ? "@/lab/guest/race.opts" : "@/lab/guest/link.opts");
	for (const char **source = job->sources; *source != NULL; source++) {
		word(&argv, next);
		next += sprintf(next, "/src/%.250s", *source) + 1;
	}
	if (job->driver)
		word(&argv, "/lab/driver.c");
	word(&argv, "/lab/guest/unsafe.a");
	p->out = -1;
	p->err = memfd_create("compiler", MFD_CLOEXEC);
	failed = p->err < 0 ? lab_fail_errno(c->e, LAB_BROKEN, "memfd_create")
			    : start(c, p, c->compiler->path, &argv);
	free(argv.list);
	return failed;
}

static int start_lines(struct compile *c, const struct build_job *job, struct process *p)
{
	LAB_FREE char *program = lab_xprintf("/out/%s", job->program);
	struct words argv = {NULL, 0};
	int failed;

	word(&argv, "lines");
	word(&argv, runtime(c));
	word(&argv, program);
	for (size_t i = 0; i < c->sources->count; i++)
		word(&argv, c->sources->list[i].name);
	p->out = memfd_create("lines", MFD_CLOEXEC);
	p->err = memfd_create("reserved", MFD_CLOEXEC);
	failed = p->out < 0 || p->err < 0 ? lab_fail_errno(c->e, LAB_BROKEN, "memfd_create")
					  : start(c, p, "/lab/guest/lines", &argv);
	free(argv.list);
	return failed;
}

/* Waits for one. A program that could not be started at all is ours, and so is one that neither
 * ends nor uses up its processor time. */
static int finish(struct compile *c, struct process *p, const char *what)
{
	int done = sandbox_wait(c->sandbox, p->inside, wall_left_ms(c), &p->status, c->e);

	if (done < 0)
		return -1;
	if (done > 0)
		return lab_fail(c->e, LAB_BROKEN,
			"\"%s\" did not finish within %d s: it waits, or this machine is too busy",
			what, BUILD_WALL_MS / 1000);
	/* What uses up its limits is told so before (SIGXCPU), and no source can send a signal. */
	if (WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGKILL)
		return lab_fail(c->e, LAB_BROKEN,
			"\"%s\" was killed: from outside, or because this machine has no memory "
			"left",
			what);
	if (WIFEXITED(p->status) && WEXITSTATUS(p->status) == 127) {
		int errnum = sandbox_exec_errno(c->sandbox);

		if (errnum != 0)
			return lab_fail(c->e, LAB_UNSUPPORTED,
				"run \"%s\" in the sandbox: %s, %s. The sandbox shows /usr only: "
				"name a "
				"compiler below it in CC",
				what, lab_errno_name(errnum), strerror(errnum));
	}
	return 0;
}

/* At most MOST bytes from the beginning of a memory file. */
static void read_memory(int fd, struct buf *into, size_t most)
{
	if (lseek(fd, 0, SEEK_SET) == 0)
		while (into->len < most && fd_read_some(fd, into, most - into->len) > 0) {
		}
	buf_putc(into, '\0');
	into->len--;
}

static bool succeeded(const struct process *p)
{
	return WIFEXITED(p->status) && WEXITSTATUS(p->status) == 0;
}

/* The first error in TEXT, or its first line, for a failure that nothing else explains. */
static void explain_failure(struct compile *c, const struct build_job *job, const char *text)
{
	const char *why = strstr(text, "rror: ");
	size_t len;

	why = why != NULL ? why + strlen("rror: ") : text + strspn(text, "\n");
	len = strcspn(why, "\n");
	diagnostic_addf(c->result, job->sources[0], 0, BUILD_ERROR,
		"the compiler gave up: %.*s. It may use 1 GiB of memory and 10 s of processor "
		"time, and write files of 32 MiB",
		len == 0 || len > 300 ? 300 : (int)len, len > 0 ? why : "it said nothing");
}

static int judge_compiler(struct compile *c, const struct build_job *job, struct process *p)
{
	BUF_SCOPED text = BUF_INIT;
	struct build_result own = {0};
	bool said;

	read_memory(p->err, &text, BUILD_OUTPUT_MAX);
	sandbox_plain_names(c->sandbox, &text);
	compiler_output_read(&own, c->sources, job->sources, text.data);
	said = diagnostics_have_error(&own);
	for (size_t i = 0; i < own.count; i++) {
		const struct build_diagnostic *d = &own.diagnostics[i];

		diagnostic_add(c->result, d->file, d->line, d->column, d->severity, d->text);
	}
	build_result_done(&own);
	if (!succeeded(p) && !said)
		explain_failure(c, job, text.data);
	return 0;
}

static void judge_lines(struct compile *c, const struct build_job *job, struct process *p)
{
	BUF_SCOPED text = BUF_INIT;

	read_memory(p->err, &text, BUILD_OUTPUT_MAX);
	sandbox_plain_names(c->sandbox, &text);
	reserved_read(c->result, c->sources, job->sources, text.data);
	if (!succeeded(p) && !diagnostics_have_error(c->result))
		diagnostic_addf(c->result, job->sources[0], 0, BUILD_ERROR,
			"the program %s cannot be read: sources must not write the symbol table or "
			"the "
			"debug information themselves",
			job->program);
}

/* Runs START for every job, then waits for all and hands each to JUDGE. */
static int run_all(struct compile *c, const char *what,
	int (*start_one)(struct compile *, const struct build_job *, struct process *))
{
	for (size_t i = 0; i < c->count; i++)
		if (start_one(c, &c->jobs[i], &c->processes[i]) < 0)
			return -1;
	if (c->watch != NULL)
		c->watch->compiling(c->watch->context, sources_hash(c->sources));
	c->watch = NULL;
	for (size_t i = 0; i < c->count; i++)
		if (finish(c, &c->processes[i], what) < 0)
			return -1;
	return 0;
}

static void close_all(struct compile *c)
{
	for (size_t i = 0; i < c->count; i++) {
		fd_close(&c->processes[i].out);
		fd_close(&c->processes[i].err);
	}
}

static int copy_out(struct compile *c, int fd, const char *path, size_t most, mode_t mode)
{
	BUF_SCOPED bytes = BUF_INIT;

	if (fd_read_to_end(fd, &bytes, most) < 0)
		return lab_fail_errno(c->e, LAB_BROKEN, "fetch \"%s\" from the sandbox", path);
	return write_whole(path, &bytes, mode, c->e);
}

static int fetch(struct compile *c, const struct build_job *job, struct process *p)
{
	LAB_FREE char *inside = lab_xprintf("/out/%s", job->program);
	LAB_FREE char *program = lab_xprintf("%s/bin/%s", c->out, job->program);
	LAB_FREE char *lines = lab_xprintf("%s/lines/%s", c->out, job->program);
	FD_SCOPED fd = sandbox_open(c->sandbox, inside, O_RDONLY, c->e);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > (off_t)PROGRAM_MAX)
		return lab_fail(c->e, LAB_BROKEN, "\"%s\" is no program of a usual size", inside);
	if (copy_out(c, fd, program, PROGRAM_MAX, 0555) < 0)
		return -1;
	if (lseek(p->out, 0, SEEK_SET) < 0)
		return lab_fail_errno(c->e, LAB_BROKEN, "lseek");
	return copy_out(c, p->out, lines, LINE_TABLE_MAX, 0444);
}

/* The whole way, in a sandbox that stands. */
static int compile_inside(struct compile *c)
{
	if (run_all(c, c->compiler->path, start_compiler) < 0)
		return -1;
	for (size_t i = 0; i < c->count; i++)
		judge_compiler(c, &c->jobs[i], &c->processes[i]);
	close_all(c);
	if (diagnostics_have_error(c->result))
		return 0;
	if (run_all(c, "/lab/guest/lines", start_lines) < 0)
		return -1;
	for (size_t i = 0; i < c->count; i++)
		judge_lines(c, &c->jobs[i], &c->processes[i]);
	for (size_t i = 0; i < c->count && !diagnostics_have_error(c->result); i++)
		if (fetch(c, &c->jobs[i], &c->processes[i]) < 0)
			return -1;
	return 0;
}

/* Races are not looked for where assembly would be passed over: that is said. */
static bool sees_all(struct build_result *result, const struct source_list *s)
{
	bool all = true;

	for (size_t i = 0; i < s->count; i++) {
		const struct source *source = &s->list[i];
		int line = source_assembly(source->bytes.data, source->bytes.len);

		if (!line)
			continue;
		diagnostic_addf(result, source->name, line, BUILD_WARNING,
			"assembly: the lab does not see how it uses memory, and so looks for no "
			"data races. <stdatomic.h> has what it takes");
		all = false;
	}
	return all;
}

int compile_all(struct build_result *result, struct compiler *compiler, const struct exercise *ex,
	const struct source_list *s, const struct build_job *jobs, size_t count, const char *out,
	const struct build_watch *watch, struct lab_error *e)
{
	LAB_FREE struct process *processes = lab_xmalloc((count + 1) * sizeof(*processes));
	LAB_FREE char *src = path_join(out, "src");
	LAB_FREE struct sandbox_plan_storage *storage = lab_xmalloc(sizeof(*storage));
	struct compile c = {.result = result,
		.compiler = compiler,
		.exercise = ex,
		.races = ex->races && sees_all(result, s),
		.sources = s,
		.jobs = jobs,
		.count = count,
		.out = out,
		.watch = watch,
		.processes = processes,
		.e = e};
	struct sandbox_plan plan = {0};
	int failed = -1;

	for (size_t i = 0; i < count; i++)
		processes[i].out = processes[i].err = -1;
	sandbox_plan_compiler(&plan, storage, src, lab_guest_dir());
	/* A driver that cannot fork sleeps a second and tries again: room for each one's own. */
	plan.limits.processes *= count;
	if (ex->driver != NULL)
		sandbox_plan_add(&plan, storage,
			(struct sandbox_op){.kind = SANDBOX_RO_BIND,
				.source = ex->driver,
				.target = "/lab/driver.c"});
	clock_gettime(CLOCK_MONOTONIC, &c.started);
	if (sandbox_filter_new(&c.filter, e) < 0)
		return -1;
	c.sandbox = sandbox_start(&plan, e);
	result->reduced = c.sandbox && sandbox_isolation_of(c.sandbox) == SANDBOX_REDUCED;
	if (c.sandbox != NULL && compiler_wait(compiler, e) == 0)
		failed = compile_inside(&c);
	close_all(&c);
	sandbox_stop(c.sandbox);
	free(c.filter.filter);
	return failed;
}
