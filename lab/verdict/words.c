/* Names for processes, objects, calls and places: see words.h. */
#include "config.h"

#include "lab/verdict/words.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

bool has_word(const char *text, const char *word)
{
	return text && strstr(text, word);
}

int process_of(const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);

	return t ? t->process : task;
}

void say_pid(struct buf *into, const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);

	if (t && t->pid)
		buf_printf(into, "%" PRId64, t->pid);
	else
		buf_printf(into, "t%d", task);
}

void say_task(struct buf *into, const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);

	if (!t) {
		buf_printf(into, "process t%d", task);
	} else if (t->thread) {
		buf_printf(into, "thread t%d of ", task);
		say_task(into, m, t->process == task ? 0 : t->process);
	} else {
		bool own = !t->first_parent || t->execed;

		buf_printf(into, "%s ", !own ? "child" : t->program ? t->program : "process");
		say_pid(into, m, task);
	}
}

void say_Task(struct buf *into, const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);
	size_t at = into->len;

	say_task(into, m, task);
	/* A program's name keeps its spelling. */
	if (!t || t->thread || (t->first_parent && !t->execed))
		into->data[at] = (char)toupper((unsigned char)into->data[at]);
}

void say_at(struct buf *into, const struct event *e)
{
	if (e && e->place.file)
		buf_printf(into, " at %s:%d", e->place.file, e->place.line);
}

void say_task_fully(struct buf *into, const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);

	say_task(into, m, task);
	if (t && t->thread)
		return;
	buf_printf(into, " (t%d", task);
	if (t && t->born && t->born->kind == EVENT_FORK && t->born->place.file) {
		buf_puts(into, ", forked");
		say_at(into, t->born);
	}
	buf_putc(into, ')');
}

static const struct kind_word {
	const char *kind, *word;
} kind_words[] = {
	{"barrier", "barrier"},
	{"cond", "condition variable"},
	{"device", "device"},
	{"epoll", "epoll set"},
	{"eventfd", "event counter"},
	{"fifo", "FIFO"},
	{"file", "file"},
	{"folder", "folder"},
	{"futex", "futex"},
	{"memfd", "memory file"},
	{"memory", "shared memory"},
	{"mq", "message queue"},
	{"mutex", "mutex"},
	{"pidfd", "process descriptor"},
	{"pipe", "pipe"},
	{"rwlock", "read-write lock"},
	{"sem", "semaphore"},
	{"sem-file", "semaphore"},
	{"shm", "shared memory object"},
	{"signalfd", "signal descriptor"},
	{"socket", "socket"},
	{"spin", "spin lock"},
	{"stderr", "standard error"},
	{"stdin", "standard input"},
	{"stdout", "standard output"},
	{"sysv-msg", "System V message queue"},
	{"sysv-sem", "System V semaphore set"},
	{"sysv-shm", "System V shared memory segment"},
	{"timerfd", "timer"},
	{"tty", "terminal"},
	{"variables", "variables"},
};

const char *say_object_kind(const char *id)
{
	size_t len = id ? strcspn(id, ":") : 0;

	for (size_t i = 0; i < sizeof(kind_words) / sizeof(kind_words[0]); i++)
		if (strlen(kind_words[i].kind) == len && strncmp(kind_words[i].kind, id, len) == 0)
			return kind_words[i].word;
	return "object";
}

static const char *number_of(const char *id)
{
	const char *colon = id ? strchr(id, ':') : NULL;

	return colon ? colon + 1 : NULL;
}

static bool same_kind(const char *a, const char *b)
{
	size_t len = strcspn(a, ":");

	return len == strcspn(b, ":") && strncmp(a, b, len) == 0;
}

/* Is its line enough to tell it from the others of its kind? */
static bool line_tells(const struct model *m, const struct model_object *o)
{
	for (size_t i = 0; i < m->object_count; i++) {
		const struct model_object *other = &m->objects[i];

		if (other != o && other->made && same_kind(other->id, o->id) &&
			other->made->place.file &&
			strcmp(other->made->place.file, o->made->place.file) == 0 &&
			other->made->place.line == o->made->place.line)
			return false;
	}
	return true;
}

static bool put_named(struct buf *into, const struct model_object *o)
{
	if (!o || !o->path)
		return false;
	if (o->path[0] == '/' && (strncmp(o->id, "mq:", 3) == 0 || strncmp(o->id, "sem", 3) == 0))
		buf_puts(into, o->path);
	else
		buf_printf(into, "\"%s\"", o->path);
	return true;
}

void say_object_short(struct buf *into, const struct model *m, const char *id)
{
	if (put_named(into, model_object(m, id)))
		return;
	buf_puts(into, say_object_kind(id));
	if (number_of(id))
		buf_printf(into, " #%s", number_of(id));
}

void say_object(struct buf *into, const struct model *m, const char *id)
{
	const struct model_object *o = model_object(m, id);
	bool placed = o && o->made_known && o->made->place.file;

	if (!id) {
		buf_puts(into, "something");
	} else if (o && o->path) {
		buf_printf(into, "the %s ", say_object_kind(id));
		put_named(into, o);
	} else if (placed && line_tells(m, o)) {
		buf_printf(into, "the %s made", say_object_kind(id));
		say_at(into, o->made);
	} else if (!number_of(id)) {
		buf_printf(into, "the %s", say_object_kind(id));
	} else {
		say_object_short(into, m, id);
		if (placed) {
			buf_puts(into, " (made");
			say_at(into, o->made);
			buf_putc(into, ')');
		}
	}
}

/* Arguments in the order of C, by the keys of the log. A key in quotes is shown in quotes. */
static const struct call_shape {
	const char *name;
	const char *keys[4];
} call_shapes[] = {
	{"open", {"path", "flags"}},
	{"openat", {"path", "flags"}},
	{"creat", {"path"}},
	{"waitpid", {"pid", "options"}},
	{"wait4", {"pid", "options"}},
	{"waitid", {"pid", "options"}},
	{"flock", {"fd", "cmd"}},
	{"fcntl", {"fd", "cmd", "type"}},
	{"futex", {"op"}},
	{"kill", {"pid", "sig"}},
	{"semop", {"ops"}},
	{"semtimedop", {"ops"}},
	{"connect", {"fd", "path"}},
	{"execve", {"path"}},
	{"sem_open", {"path"}},
	{"mq_open", {"path", "flags"}},
	{"sigtimedwait", {"set"}},
	{"sigsuspend", {NULL}},
};

static void put_argument(struct buf *into, const struct model *m, const struct event_arg *arg)
{
	switch (arg->type) {
	case EVENT_INT:
		buf_printf(into, "%" PRId64, arg->number);
		break;
	case EVENT_TASK:
		say_pid(into, m, (int)arg->number);
		break;
	case EVENT_STRING:
		if (strcmp(arg->key, "path") == 0) {
			buf_putc(into, '"');
			buf_put_escaped(into, arg->text, arg->len);
			buf_putc(into, '"');
		} else {
			buf_put_escaped(into, arg->text, arg->len);
		}
		break;
	}
}

void say_call(struct buf *into, const struct model *m, const struct event *e)
{
	static const char *const just_fd[4] = {"fd"};
	const char *const *keys = just_fd;
	const char *separator = "";

	for (size_t i = 0; i < sizeof(call_shapes) / sizeof(call_shapes[0]); i++)
		if (strcmp(call_shapes[i].name, e->name) == 0)
			keys = call_shapes[i].keys;
	buf_printf(into, "%s(", e->name);
	for (size_t i = 0; i < 4 && keys[i]; i++) {
		const struct event_arg *arg = event_arg(e, keys[i]);

		if (!arg)
			continue;
		buf_puts(into, separator);
		put_argument(into, m, arg);
		separator = ", ";
	}
	buf_putc(into, ')');
}

void say_origin(struct buf *into, const struct model *m, int task, int fd)
{
	const struct model_fd *f = model_fd(m, task, fd);
	const struct model_task *t = model_task(m, task);

	if (!f || f->opened->kind != EVENT_CALL) {
		buf_puts(into, "open since its start");
	} else if (f->inherited) {
		buf_puts(into, "copied by the fork");
		say_at(into, f->inherited);
		if (t && t->execed)
			buf_puts(into, " and kept across exec");
	} else {
		buf_printf(into, "from %s", f->opened->name);
		say_at(into, f->opened);
	}
}

void say_count(struct buf *into, int64_t n, const char *thing)
{
	buf_printf(into, "%" PRId64 " %s%s", n, thing, n == 1 ? "" : "s");
}

/* signal(7), sigaction(2) (SIGFPE), pipe(7) (SIGPIPE), seccomp(2) (SIGSYS) */
static const struct signal_word {
	const char *name, *meaning;
} signal_words[] = {
	{"SIGABRT",
		"the program gave up itself: abort(), a failed assert(), or the C library found "
		"its memory damaged (a double free, a write past the end)"},
	{"SIGALRM", "a timer of alarm() or setitimer() ran out, and no handler was installed"},
	{"SIGBUS", "an access to mapped memory behind the end of its file"},
	{"SIGFPE", "an arithmetic error, most often an integer division by zero"},
	{"SIGHUP", "its terminal or its session's leader is gone, and no handler was installed"},
	{"SIGILL", "the processor met an instruction that does not exist"},
	{"SIGINT", "what Ctrl-C sends; no handler was installed"},
	{"SIGKILL", "it cannot be caught, blocked or ignored"},
	{"SIGPIPE", "a write to a pipe or socket whose last read end was closed"},
	{"SIGQUIT", "what Ctrl-\\ sends; no handler was installed"},
	{"SIGSEGV", "an access to memory that the process does not have: a NULL or wild pointer, "
		    "an index out of range, or a stack that grew too deep"},
	{"SIGSYS", "a system call that is not allowed here"},
	{"SIGTERM", "a polite request to end; no handler was installed"},
	{"SIGTRAP", "a breakpoint or a trap that the compiler put there"},
	{"SIGUSR1", "somebody sent it, and no handler was installed"},
	{"SIGUSR2", "somebody sent it, and no handler was installed"},
	{"SIGXCPU", "the limit of processor time was used up"},
	{"SIGXFSZ", "a file grew past the limit of its size"},
};

const char *signal_meaning(const char *name)
{
	for (size_t i = 0; i < sizeof(signal_words) / sizeof(signal_words[0]); i++)
		if (strcmp(signal_words[i].name, name) == 0)
			return signal_words[i].meaning;
	return "its default action ends a process, and no handler was installed";
}

/* RFC 3629, section 4 */
size_t utf8_length(const unsigned char *p, const unsigned char *end)
{
	size_t n = *p < 0x80                 ? 1
		   : *p >= 0xc2 && *p < 0xe0 ? 2
		   : *p >= 0xe0 && *p < 0xf0 ? 3
		   : *p >= 0xf0 && *p < 0xf5 ? 4
					     : 0;

	if (n == 0 || (size_t)(end - p) < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] >= 0xa0) ||
		(*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] >= 0x90))
		return 0;
	return n;
}
