/* What a run leaves behind: zombies, survivors, objects. One message for all of a kind. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/findings.h"
#include "lab/verdict/words.h"

#define SHOWN_MAX 6

/* The N-th event of KIND from 0, or NULL. */
static const struct event *nth(const struct event_log *log, enum event_kind kind, size_t n)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->events[i]->kind == kind && n-- == 0)
			return log->events[i];
	return NULL;
}

static size_t count_of(const struct event_log *log, enum event_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < log->count; i++)
		count += log->events[i]->kind == kind;
	return count;
}

/* "Process 4712 (t2, forked at fan.c:12)" */
static void say_process(struct buf *into, const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);

	buf_puts(into, "rocess ");
	say_pid(into, m, task);
	buf_printf(into, " (t%d", task);
	if (t && t->born && t->born->kind == EVENT_FORK && t->born->place.file) {
		buf_puts(into, ", forked");
		say_at(into, t->born);
	}
	buf_putc(into, ')');
}

static void place_of_fork(const struct model *m, int task, struct event_place *place)
{
	const struct model_task *t = model_task(m, task);

	if (t && t->born)
		*place = t->born->place;
}

/* "P.", or "N processes ...: p, p and M more." where there are several. */
static void say_processes(struct buf *text, const struct event_log *log, const struct model *m,
	enum event_kind kind, const char *key)
{
	size_t count = count_of(log, kind);
	const struct event *e;

	for (size_t i = 0; i < SHOWN_MAX && (e = nth(log, kind, i)); i++) {
		buf_puts(text, "\n- p");
		say_process(text, m, key ? event_task(e, key) : e->task);
		if (kind == EVENT_SURVIVOR && strcmp(e->name, "-") != 0) {
			buf_printf(text, " waits in %s", e->name);
			say_at(text, e);
		}
	}
	if (count > SHOWN_MAX)
		buf_printf(text, "\n- and %zu more", count - SHOWN_MAX);
}

char *zombie_message(const struct event_log *log, struct event_place *place)
{
	const struct event *e = nth(log, EVENT_ZOMBIE, 0);
	MODEL_SCOPED *m = model_new(log);
	struct buf text = BUF_INIT;
	size_t count = count_of(log, EVENT_ZOMBIE);
	int child;

	if (!e)
		return NULL;
	model_go_to(m, log->count);
	child = event_task(e, "child");
	place_of_fork(m, child, place);
	if (count == 1) {
		buf_putc(&text, 'P');
		say_process(&text, m, child);
		buf_puts(&text, " ended, and nobody waited for it: it was a zombie until ");
	} else {
		buf_printf(&text,
			"%zu processes ended, and nobody waited for them: they were zombies until ",
			count);
	}
	say_task(&text, m, e->task);
	buf_puts(&text, " ended, too.");
	if (count > 1)
		say_processes(&text, log, m, EVENT_ZOMBIE, "child");
	buf_puts(&text,
		"\n\nCall wait() or waitpid() once for each child: only that frees its entry "
		"in the process table. See wait(2), NOTES.");
	return buf_take(&text);
}

char *survivor_message(const struct event_log *log, struct event_place *place)
{
	const struct event *e = nth(log, EVENT_SURVIVOR, 0);
	MODEL_SCOPED *m = model_new(log);
	struct buf text = BUF_INIT;
	size_t count = count_of(log, EVENT_SURVIVOR);

	if (!e)
		return NULL;
	model_go_to(m, log->count);
	*place = e->place;
	if (!place->file)
		place_of_fork(m, e->task, place);
	if (count == 1) {
		buf_putc(&text, 'P');
		say_process(&text, m, e->task);
		buf_puts(&text, " still lived when your program had ended");
		if (strcmp(e->name, "-") != 0) {
			buf_printf(&text, ": it waits in %s", e->name);
			say_at(&text, e);
		}
		buf_putc(&text, '.');
	} else {
		buf_printf(&text, "%zu processes still lived when your program had ended.", count);
		say_processes(&text, log, m, EVENT_SURVIVOR, NULL);
	}
	buf_puts(&text,
		"\n\nWhoever starts a process sees to its end: let it finish and wait for it, "
		"or end it with kill(2) and wait(2).");
	return buf_take(&text);
}

static const struct left_row {
	const char *name, *what, *remedy;
} left_rows[] = {
	{"shm", "shared memory object", "shm_unlink(3)"},
	{"sem", "named semaphore", "sem_unlink(3)"},
	{"mqueue", "message queue", "mq_unlink(3)"},
	{"sysv-shm", "System V shared memory segment", "shmctl(2) with IPC_RMID"},
	{"sysv-sem", "System V semaphore set", "semctl(2) with IPC_RMID"},
	{"sysv-msg", "System V message queue", "msgctl(2) with IPC_RMID"},
	{"fifo", "FIFO", "unlink(2)"},
	{"socket", "socket file", "unlink(2)"},
	{"file", "file", "unlink(2)"},
	{"dir", "folder", "rmdir(2)"},
};

/* Paths in the work folder as the program wrote them. */
static const char *shown_path(const struct event *left)
{
	static const char home[] = "/home/student/";
	const char *path = event_text(left, "path");

	if (path && strncmp(path, home, sizeof(home) - 1) == 0)
		return path + sizeof(home) - 1;
	return path;
}

static const struct left_row *left_row(const struct event *e)
{
	for (size_t i = 0; i < sizeof(left_rows) / sizeof(left_rows[0]); i++)
		if (strcmp(left_rows[i].name, e->name) == 0)
			return &left_rows[i];
	return NULL;
}

/* The call that made what E says is left. */
static const struct event *maker(const struct event_log *log, const struct event *left)
{
	const char *path = event_text(left, "path");

	for (size_t i = 0; path && i < log->count; i++) {
		const struct event *e = log->events[i];
		const char *name = e->kind == EVENT_CALL ? event_text(e, "path") : NULL;
		size_t n = name ? strlen(name) : 0, all = strlen(path);

		/* The library and the kernel spell some names with a folder before them. */
		if (n && event_int(e, "ret", 0) >= 0 && e->place.file &&
			(strcmp(name, path) == 0 ||
				(all > n && strcmp(path + all - n, name) == 0 &&
					(*name == '/' || path[all - n - 1] == '/')) ||
				(n > all && strcmp(name + n - all, path) == 0 &&
					(*path == '/' || name[n - all - 1] == '/'))))
			return e;
	}
	return NULL;
}

/* A file that the judge has read is what the program was asked for. */
static bool is_product(const struct event_log *log, const struct event *left)
{
	const struct event *e;

	if (strcmp(left->name, "file") != 0 || !shown_path(left))
		return false;
	for (size_t i = 0; (e = nth(log, EVENT_FILE, i)); i++)
		if (event_has(e, "data") && strcmp(event_text(e, "path"), shown_path(left)) == 0)
			return true;
	return false;
}

char *left_message(const struct event_log *log, struct event_place *place)
{
	struct buf text = BUF_INIT;
	size_t count = 0;
	const struct event *e;

	for (size_t i = 0; (e = nth(log, EVENT_LEFT, i)); i++) {
		const struct left_row *row = left_row(e);
		const struct event *made = maker(log, e);

		if (is_product(log, e) || count++ >= SHOWN_MAX)
			continue;
		buf_printf(&text, "%sThe %s ", count > 1 ? "\n" : "", row ? row->what : e->name);
		if (shown_path(e))
			buf_printf(&text, "\"%s\" ", shown_path(e));
		buf_puts(&text, "is left behind when all processes have ended");
		if (made) {
			buf_printf(&text, " (%s", made->name);
			say_at(&text, made);
			buf_putc(&text, ')');
			if (!place->file)
				*place = made->place;
		}
		buf_printf(&text, ": remove it with %s.", row ? row->remedy : "unlink(2)");
	}
	if (!count)
		return NULL;
	if (count > SHOWN_MAX)
		buf_printf(&text, "\nAnd %zu more.", count - SHOWN_MAX);
	buf_puts(&text,
		"\n\nThe kernel keeps such objects until somebody removes them: the next run "
		"would find them as this one left them.");
	return buf_take(&text);
}
