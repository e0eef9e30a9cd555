/*
 * What puts tasks in order, told to the race detector: fork and wait, locks and semaphores, names
 * in folders. Bytes and messages are in races_channel.c, signals in races_signal.c.
 *
 * What others may see before the call has returned is told when the call is made (a post, an
 * unlock), what is sure only then, at its end (a lock that was got). A task that runs is stopped at
 * the end of its call before those that it woke: so what is told at the end comes in the right
 * order, too.
 *
 * Where it is not known what exactly was received, more order is assumed than there may be: a race
 * can go unseen, but none is made up. So it is with names, which are the same in every folder:
 * whoever finds one, or finds that it is not there, knows of all who have made or removed it. That
 * is how a lock file works. Sleeping orders nothing.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

/* Names in folders. */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static uint64_t name_key(struct supervisor *s, const char *path)
{
	const char *name = last_part(path);

	return races_key(s, "a name in a folder", rng_hash(name, strlen(name)));
}

void races_name_is(struct supervisor *s, struct tracee *t, const char *path, bool changed)
{
	uint64_t key = name_key(s, path);

	race_acquire(s->races->race, t->index, key);
	if (changed)
		race_release(s->races->race, t->index, key);
}

/* The argument of a call that is a path, and whether its success changes names. */
static int path_argument(const struct tracee *t, bool *changes)
{
	*changes = true;
	switch (t->call->nr) {
	case SYS_mkdir:
	case SYS_mknod:
	case SYS_unlink:
	case SYS_rename:
	case SYS_link:
	case SYS_creat:
	case SYS_mq_unlink:
		return 0;
	case SYS_mknodat:
	case SYS_unlinkat:
		return 1;
	case SYS_open:
		*changes = arch_argument(&t->entry, 1) & O_CREAT;
		return 0;
	case SYS_mq_open:
		*changes = arch_argument(&t->entry, 1) & O_CREAT;
		return 0;
	case SYS_openat:
		*changes = arch_argument(&t->entry, 2) & O_CREAT;
		return 1;
	default:
		return -1;
	}
}

/* Is there nothing yet of the name that an open() without O_EXCL may make? */
static bool is_there(const struct tracee *t, const char *path)
{
	LAB_FREE char *at = path[0] == '/' ? lab_xprintf("/proc/%d/root%s", (int)t->tid, path)
					   : lab_xprintf("/proc/%d/cwd/%s", (int)t->tid, path);
	struct stat st;

	return stat(at, &st) == 0;
}

static void name_begins(struct tracee *t)
{
	bool changes;
	int arg = path_argument(t, &changes);
	bool opens = t->call->nr == SYS_open || t->call->nr == SYS_openat;

	races_task(t)->name_was_there = false;
	if (arg < 0 || !changes || !opens)
		return;

	LAB_FREE char *path = tracee_read_string(t, arch_argument(&t->entry, (unsigned)arg), 4096);

	races_task(t)->name_was_there = path && is_there(t, path);
}

static void name_ends(struct supervisor *s, struct tracee *t, int64_t result)
{
	bool changes;
	int arg = path_argument(t, &changes);

	if (arg < 0 || (result < 0 && result != -EEXIST && result != -ENOENT))
		return;

	LAB_FREE char *path = tracee_read_string(t, arch_argument(&t->entry, (unsigned)arg), 4096);

	changes = changes && result >= 0 && !races_task(t)->name_was_there;
	if (path)
		races_name_is(s, t, path, changes);
	if (t->call->nr == SYS_rename || t->call->nr == SYS_link) {
		LAB_FREE char *to = tracee_read_string(t, arch_argument(&t->entry, 1), 4096);

		if (to)
			races_name_is(s, t, to, changes);
	}
}

void races_name_used(struct supervisor *s, struct tracee *t)
{
	LAB_FREE char *path = tracee_read_string(t, arch_argument(&t->entry, 0), 4096);

	if (s->races && path)
		races_name_is(s, t, path, arch_argument(&t->entry, 1));
}

/* Futexes that are the program's own. */

static uint64_t futex_key(struct supervisor *s, struct tracee *t)
{
	return races_key(s, object_of_address(s, t, "futex", arch_argument(&t->entry, 0)), 'f');
}

static bool is_wait(const struct tracee *t)
{
	unsigned op = (unsigned)arch_argument(&t->entry, 1) & FUTEX_CMD_MASK;

	return op == FUTEX_WAIT || op == FUTEX_WAIT_BITSET;
}

/* Fork and wait. */

void races_fork(struct supervisor *s, struct tracee *parent, struct tracee *child)
{
	const struct process *from = parent->process;
	struct process *to = child->process;

	if (!s->races)
		return;
	if (to != from && from->shared_count) {
		to->shared = lab_xmalloc(2 * from->shared_count * sizeof(*to->shared));
		memcpy(to->shared, from->shared, from->shared_count * sizeof(*to->shared));
		to->shared_count = from->shared_count;
	}
	races_variables_fork(s, from, to);
	race_at(s->races->race, s->log->count, 0);
	race_fork(s->races->race, parent->index, child->index);
	races_task(parent)->forked = child->index;
}

void races_exec(struct supervisor *s, struct tracee *t)
{
	if (!s->races)
		return;
	race_at(s->races->race, s->log->count, 0);
	races_channels_close(s, t, 0, UINT_MAX);
	races_files_closed_by_exec(s, t);
	race_exec(s->races->race, t->index);
}

static struct tracee *leader_of(struct supervisor *s, const struct tracee *t)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->leader && s->tracees[i]->group == t->group)
			return s->tracees[i];
	return NULL;
}

/* What its death tells: to who waits for any child and has none left (SIGCHLD ignored), to children
 * that find themselves orphans. */
static void tell_family(struct supervisor *s, struct tracee *t)
{
	struct tracee *parent = t->parent ? leader_of(s, t->parent) : NULL;

	if (parent) {
		race_release(s->races->race, t->index, races_key(s, "children", parent->index));
		races_signal_sent(s, t, parent, SIGCHLD);
	}
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->parent == t)
			race_release(s->races->race, t->index,
				races_key(s, "parent", s->tracees[i]->index));
}

/* Its threads, if it has any, are dead. */
static bool is_last(const struct supervisor *s, const struct tracee *t)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i] != t && s->tracees[i]->process == t->process &&
			s->tracees[i]->state != ENDED)
			return false;
	return true;
}

void races_death(struct supervisor *s, struct tracee *t)
{
	if (!s->races || races_task(t)->over)
		return;
	races_task(t)->over = true;
	race_at(s->races->race, s->log->count, 0);
	races_undo(s, t);
	if (is_last(s, t)) {
		races_files_closed(s, t, 0, UINT_MAX);
		races_channels_close(s, t, 0, UINT_MAX);
	}
	if (t->leader)
		tell_family(s, t);
	race_exit(s->races->race, t->index);
}

/* What a wait has told of: a death, or a stop. */
static void wait_ended(struct supervisor *s, struct tracee *t, int64_t result)
{
	struct tracee *child = t->took;
	siginfo_t info;
	pid_t pid = (pid_t)result;

	if (result == -ECHILD)
		race_acquire(s->races->race, t->index, races_key(s, "children", t->index));
	if (result < 0)
		return;
	if (t->call->nr == SYS_waitid)
		pid = tracee_read(t, arch_argument(&t->entry, 2), &info, sizeof(info)) &&
				      info.si_signo
			      ? info.si_pid
			      : 0;
	if (!child && pid > 0)
		child = tracee_by_inside(s, pid);
	if (!child)
		return;
	if (child->state == ENDED)
		race_join(s->races->race, t->index, child->index);
	else
		race_edge(s->races->race, child->index, t->index);
}

/* Threads that have ended: which of them was waited for the library knows. */
void races_thread_joined(struct supervisor *s, struct tracee *t)
{
	for (size_t i = 0; i < s->total; i++) {
		struct tracee *other = s->all[i];

		if (other != t && !other->leader && other->group == t->group &&
			other->state == ENDED)
			race_join(s->races->race, t->index, other->index);
	}
}

static void task_made(struct supervisor *s, struct tracee *t, int64_t result)
{
	bool vfork = t->call->nr == SYS_vfork ||
		     (t->call->nr == SYS_clone && arch_argument(&t->entry, 0) & CLONE_VFORK);

	if (result > 0 && vfork && races_task(t)->forked)
		race_edge(s->races->race, races_task(t)->forked, t->index);
}

/* Memory that no descriptor stands for has its name from here. */
static void name_mapping(struct supervisor *s, struct tracee *t, uint64_t addr)
{
	const struct process *p = t->process;

	size_t at = races_range(p, addr);

	if (t->event && !event_has(t->event, "obj") && at < p->shared_count &&
		p->shared[at].begin == addr)
		event_add_text(s->log, t->event, "newobj", races_name(s, p->shared[at].object));
}

/* What lies beyond the new end is new when it is mapped again. */
static void truncated(struct supervisor *s, struct tracee *t)
{
	const char *id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));

	if (id)
		race_forget(s->races->race, races_key(s, id, 0), arch_argument(&t->entry, 1),
			UINT64_MAX);
}

/* What a program does before main is no business of others. */
static bool is_watched(const struct supervisor *s, const struct tracee *t)
{
	return s->races && t->main_reached && t->call->nr < MARK_FIRST;
}

void races_call_begins(struct supervisor *s, struct tracee *t)
{
	if (!is_watched(s, t))
		return;
	race_at(s->races->race, s->log->count, t->event ? races_site(s, &t->event->place) : 0);
	name_begins(t);
	if (t->call->nr == SYS_futex && t->library < 0 && !is_wait(t))
		race_release(s->races->race, t->index, futex_key(s, t));
	races_channel_begins(s, t);
}

static bool call_makes_fd(const struct tracee *t)
{
	int cmd = (int)arch_argument(&t->entry, 1);

	return t->call->flags & CALL_MAKES_FD ||
	       (t->call->nr == SYS_fcntl && (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC));
}

void races_call_ends(struct supervisor *s, struct tracee *t, int64_t result)
{
	if (!is_watched(s, t))
		return;
	race_at(s->races->race, s->log->count, t->event ? races_site(s, &t->event->place) : 0);
	name_ends(s, t, result);
	races_channel_ends(s, t, result);
	races_signal_ends(s, t, result);
	switch (t->call->nr) {
	case SYS_wait4:
	case SYS_waitid:
		wait_ended(s, t, result);
		return;
	case SYS_getppid:
		race_acquire(s->races->race, t->index, races_key(s, "parent", t->index));
		return;
	}
	if (result < 0)
		return;
	if (call_makes_fd(t))
		races_file_made(s, t, (int)result);
	switch (t->call->nr) {
	case SYS_vfork:
	case SYS_clone:
		task_made(s, t, result);
		break;
	case SYS_flock:
		races_flock(s, t);
		break;
	case SYS_fcntl:
		races_fcntl(s, t);
		break;
	case SYS_semop:
	case SYS_semtimedop:
		races_semop(s, t);
		break;
	case SYS_semget:
		races_semget(s, t, result);
		break;
	case SYS_semctl:
		races_semctl(s, t);
		break;
	case SYS_futex:
		if (t->library < 0 && is_wait(t))
			race_acquire(s->races->race, t->index, futex_key(s, t));
		break;
	case SYS_ftruncate:
		truncated(s, t);
		break;
	case SYS_mmap:
		races_mapped_at(s, t, (uint64_t)result);
		name_mapping(s, t, (uint64_t)result);
		break;
	case SYS_shmat:
		races_mapped_at(s, t, (uint64_t)result);
		break;
	case SYS_shmdt:
		races_mapped(s, t);
		break;
	}
}
