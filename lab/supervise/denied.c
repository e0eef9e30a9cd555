/*
 * What a program is kept from, as events (EVENT_DENIED): for staff, who want to know who tried
 * what. Nothing is decided here. There are these ways in:
 *
 *	calls that the sandbox refuses: the filter has them stop (SUPERVISE_REFUSED) where it would
 *	have answered by itself; they are told of, and answered as it would have
 *	paths and networks that are not there: by the errno with which a traced call ends
 *	signals to whoever started the program, or to all that there is
 *	memory: how much of it a process has when it ends, close to all that it may have
 *
 * An errno alone tells nothing: a file that nobody has is missing without a sandbox, too. Only what
 * the sandbox hides, as the hook of the run knows it, is told. What the dynamic linker looks for is
 * its own business.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

#define TOLD_MOST 64 /* of one run: whoever tries again and again tries the same */
#define PATH_MOST 4096
#define PATH_SAID 256

static void tell(
	struct supervisor *s, struct tracee *t, const char *call, const char *what, const char *why)
{
	struct event *e;

	if (s->config.unread || s->denied++ >= TOLD_MOST)
		return;
	e = task_event(s, t, EVENT_DENIED, call);
	if (what)
		event_add_text(s->log, e, "what", what);
	event_add_text(s->log, e, "why", why);
	if (t->event)
		e->place = t->event->place;
	if (!e->place.file)
		place_of_tracee(s, t, e);
	tracee_queue(t, e);
}

/* ---- calls ---- */

/* PID is, or was, a task of this run. */
static bool is_of_run(const struct supervisor *s, int64_t pid)
{
	for (size_t i = 0; i < s->total; i++)
		if (s->all[i]->inside == pid)
			return true;
	return false;
}

bool denied_enter(struct supervisor *s, struct tracee *t)
{
	struct supervise_refusal refusal = {.name = "syscall", .errnum = EPERM, .why = ""};
	unsigned long message = 0;
	uint64_t args[6];

	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &message) < 0 || message != SUPERVISE_REFUSED)
		return false;
	for (unsigned i = 0; i < 6; i++)
		args[i] = arch_argument(&t->regs, i);
	if (s->config.refuses)
		s->config.refuses((int)arch_number(&t->regs), args, &refusal);
	if (!refusal.others || !tracee_by_inside(s, (pid_t)args[0])) {
		tell(s, t, refusal.name, NULL, refusal.why);
		arch_skip(&t->regs, -refusal.errnum);
		if (arch_write(t->tid, &t->regs) < 0 && errno != ESRCH)
			supervisor_fail(s, "write the registers of t%d", t->index);
	}
	t->state = MOVING;
	if (ptrace(PTRACE_CONT, t->tid, NULL, NULL) < 0 && errno != ESRCH)
		supervisor_fail(s, "resume t%d", t->index);
	return true;
}

/* ---- signals ---- */

void denied_signal(struct supervisor *s, struct tracee *t)
{
	int64_t nr = arch_number(&t->entry);
	bool to_thread = nr == SYS_tgkill || nr == SYS_rt_tgsigqueueinfo;
	pid_t to = (pid_t)arch_argument(&t->entry, to_thread ? 1 : 0);
	int sig = (int)arch_argument(&t->entry, to_thread ? 2 : 1);

	if (sig == 0 || nr == SYS_pidfd_send_signal)
		return;
	if (nr == SYS_kill && to == -1)
		tell(s, t, "kill", "-1",
			"a signal to every process that there is; it reached those of this run");
	else if (to > 1 && to == s->stand_in)
		tell(s, t, call_name(t->call), "getppid()",
			"a signal to whoever started the program: a shell, or the lab");
}

/* ---- paths and networks ---- */

/* PATH from the root on, without "//", "." and "..": what the kernel would look for if there were
 * no links. Caller frees. */
static char *whole_path(const struct supervisor *s, const char *path)
{
	LAB_FREE char *all =
		*path == '/' ? lab_xstrdup(path) : lab_xprintf("%s/%s", s->config.folder, path);
	struct buf out = BUF_INIT;
	char *rest = all;

	for (char *part; (part = strsep(&rest, "/"));) {
		if (strcmp(part, "..") == 0) {
			const char *slash = memrchr(buf_text(&out), '/', out.len);

			out.len = slash ? (size_t)(slash - buf_text(&out)) : 0;
		} else if (*part && strcmp(part, ".") != 0) {
			buf_printf(&out, "/%s", part);
		}
	}
	if (out.len == 0)
		buf_putc(&out, '/');
	return buf_take(&out);
}

/* "/proc/NUMBER...": NUMBER, and *REST is what follows; else 0. */
static int64_t process_of(const char *path, const char **rest)
{
	char *end;
	long long pid;

	if (strncmp(path, "/proc/", 6) != 0)
		return 0;
	pid = strtoll(path + 6, &end, 10);
	*rest = end;
	return end == path + 6 || (*end && *end != '/') || pid < 0 ? 0 : pid;
}

static void look_at(struct supervisor *s, struct tracee *t, const char *path, int errnum)
{
	LAB_FREE char *whole = whole_path(s, path);
	LAB_FREE char *said = NULL;
	const char *rest, *why;
	int64_t pid = process_of(whole, &rest);

	if (pid && is_of_run(s, pid))
		return;
	if (pid) {
		why = "a process that is not of this run";
		said = lab_xprintf("/proc/PID%s", rest);
	} else {
		why = s->config.hides(s->config.context, whole, errnum);
		said = lab_xprintf(
			"%.*s%s", PATH_SAID, path, strlen(path) > PATH_SAID ? "..." : "");
	}
	if (why)
		tell(s, t, call_name_now(t), said, why);
}

static void look_at_paths(struct supervisor *s, struct tracee *t, int errnum)
{
	for (unsigned i = 0; i < 2; i++) {
		int dir = AT_FDCWD;
		uint64_t at = world_path_at(t, i, &dir);
		LAB_FREE char *path = at ? tracee_read_string(t, at, PATH_MOST) : NULL;

		if (path && (*path == '/' || (dir == AT_FDCWD && strncmp(path, "../", 3) == 0)))
			look_at(s, t, path, errnum);
	}
}

void denied_leave(struct supervisor *s, struct tracee *t, int64_t result)
{
	if (!s->config.hides || call_in_interpreter(t))
		return;
	switch (result) {
	case -ENOENT:
	case -EACCES:
	case -EPERM:
	case -EROFS:
		look_at_paths(s, t, (int)-result);
		break;
	case -ENETUNREACH:
	case -EHOSTUNREACH:
		tell(s, t, call_name_now(t), NULL,
			"the network: there is none here but the program's own");
		break;
	default:
		break;
	}
}

/* ---- memory ---- */

/* Only what it has at its end: to stop at each piece that it takes would cost all programs. */
void denied_exit(struct supervisor *s, struct tracee *t)
{
	LAB_FREE char *path = lab_xprintf("/proc/%d/statm", (int)t->tid);
	FD_SCOPED fd = s->config.memory ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	char text[64] = "";

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return;
	if (strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) >= s->config.memory / 8 * 7)
		tell(s, t, "malloc", NULL, "close to all the memory that a program may have");
}
