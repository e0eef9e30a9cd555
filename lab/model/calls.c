/*
 * What a call that returned means for descriptors, objects and locks: one row a call. Names and
 * arguments are those that the supervisor logs.
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lab/model/state.h"

typedef void apply_fn(struct model *m, const struct event *e, struct model_object *o);

static bool says(const struct event *e, const char *key, const char *word)
{
	const char *text = event_text(e, key);

	return text && strstr(text, word);
}

static bool wants_cloexec(const struct event *e)
{
	return event_int(e, "cloexec", 0) || says(e, "flags", "CLOEXEC") ||
	       says(e, "type", "CLOEXEC");
}

static void made_here(struct model *m, const struct event *e, const char *id)
{
	struct model_object *o = id ? model_object_get(m, id, e) : NULL;

	if (!o || o->made_known)
		return;
	o->made = e;
	o->made_known = true;
}

static void apply_pipe(struct model *m, const struct event *e, struct model_object *o)
{
	const char *id = event_text(e, "obj");
	const char *id0 = event_text(e, "obj0"), *id1 = event_text(e, "obj1");
	bool cloexec = wants_cloexec(e), both = id0 != NULL;

	(void)o;
	made_here(m, e, id);
	made_here(m, e, id0);
	made_here(m, e, id1);
	model_fd_open(m, e, (int)event_int(e, "fd0", -1), both ? id0 : id, true, both, cloexec);
	model_fd_open(m, e, (int)event_int(e, "fd1", -1), both ? id1 : id, both, true, cloexec);
}

static void apply_open(struct model *m, const struct event *e, struct model_object *o)
{
	const char *made = event_text(e, "newobj"); /* obj is then what it was made from */
	int fd = (int)event_int(e, "ret", -1);
	bool writes = says(e, "flags", "O_WRONLY") || strcmp(e->name, "creat") == 0;
	bool reads = says(e, "flags", "O_RDONLY");

	if (made)
		o = model_object_get(m, made, e);
	if (fd < 0 || !o)
		return;
	if (!o->path && event_text(e, "path"))
		o->path = event_text(e, "path");
	/* Who opens a queue that is there may ask for what he likes: it stays as it was made. */
	if (event_int(e, "maxmsg", 0) && o->made == e)
		o->most = event_int(e, "maxmsg", 0);
	made_here(m, e, o->id);
	/* Descriptors of queues are close-on-exec by themselves (mq_overview(7)). */
	model_fd_open(m, e, fd, o->id, !writes, !reads,
		wants_cloexec(e) || strncmp(o->id, "mq:", 3) == 0);
}

static void apply_close(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	model_fd_close(m, e->task, (int)event_int(e, "fd", -1));
}

static void apply_close_range(struct model *m, const struct event *e, struct model_object *o)
{
	int64_t last = event_int(e, "last", -1); /* unsigned in C: -1 is all of them */

	(void)o;
	if (!says(e, "flags", "CLOEXEC"))
		model_fd_close_range(
			m, e->task, event_int(e, "first", 0), last < 0 ? INT64_MAX : last);
}

static void apply_dup(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	model_fd_dup(
		m, e, (int)event_int(e, "fd", -1), (int)event_int(e, "ret", -1), wants_cloexec(e));
}

static bool same_lock(const struct model_lock *lock, const void *context)
{
	const struct model_lock *other = context;

	if (strcmp(lock->object, other->object) != 0 || lock->description != other->description)
		return false;
	return lock->description ||
	       (lock->task == other->task && lock->start >= other->start &&
		       (!other->len || lock->start < other->start + other->len));
}

static void set_lock(struct model *m, struct model_object *o, struct model_lock lock, bool unlock)
{
	model_locks_drop(m, same_lock, &lock);
	if (!unlock)
		model_lock_add(m, lock);
	o->owner = unlock ? 0 : lock.task;
	for (size_t i = 0; unlock && i < m->lock_count; i++)
		if (strcmp(m->locks[i].object, o->id) == 0)
			o->owner = m->locks[i].task;
}

static void apply_flock(struct model *m, const struct event *e, struct model_object *o)
{
	const struct model_fd *f = model_fd(m, e->task, (int)event_int(e, "fd", -1));

	if (!o)
		return;
	set_lock(m, o,
		(struct model_lock){.object = o->id,
			.task = e->task,
			.description = f ? f->description : -model_process(m, e->task),
			.exclusive = says(e, "cmd", "LOCK_EX"),
			.taken = e},
		says(e, "cmd", "LOCK_UN"));
}

static void apply_fcntl(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_fd *f = (struct model_fd *)model_fd(m, e->task, (int)event_int(e, "fd", -1));

	if (says(e, "cmd", "F_DUPFD")) {
		model_fd_dup(m, e, (int)event_int(e, "fd", -1), (int)event_int(e, "ret", -1),
			says(e, "cmd", "CLOEXEC"));
	} else if (says(e, "cmd", "F_SETFD")) {
		if (f)
			f->cloexec = event_int(e, "arg", 0) & 1;
	} else if (says(e, "cmd", "SETLK") && o) {
		bool description = says(e, "cmd", "F_OFD") && f;

		set_lock(m, o,
			(struct model_lock){.object = o->id,
				.task = model_process(m, e->task),
				.description = description ? f->description : 0,
				.exclusive = says(e, "type", "F_WRLCK"),
				.start = event_int(e, "start", 0),
				.len = event_int(e, "len", 0),
				.taken = e},
			says(e, "type", "F_UNLCK"));
	}
}

static void apply_write(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (!o || event_int(e, "ret", 0) <= 0)
		return;
	o->bytes += event_int(e, "ret", 0);
	o->given = e;
}

static void apply_read(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (!o || event_int(e, "ret", 0) <= 0)
		return;
	o->bytes -= event_int(e, "ret", 0);
	o->taken = e;
}

/* Their return value is not a number of bytes in or out of FD alone, or goes elsewhere as well. */
static void apply_splice(struct model *m, const struct event *e, struct model_object *o)
{
	const char *keys[] = {"to", "from"};

	if (o)
		o->untold = true;
	for (size_t i = 0; i < 2; i++) {
		const struct model_fd *f = model_fd(m, e->task, (int)event_int(e, keys[i], -1));
		struct model_object *other =
			f && f->object ? model_object_get(m, f->object, NULL) : NULL;

		if (other)
			other->untold = true;
	}
}

static void apply_send(struct model *m, const struct event *e, struct model_object *o)
{
	if (!o)
		return;
	o->messages++;
	o->given = e;
	model_message_sent(m, e, o);
}

static void apply_receive(struct model *m, const struct event *e, struct model_object *o)
{
	if (!o)
		return;
	o->messages--;
	o->taken = e;
	model_message_taken(m, e, o);
}

static void apply_attributes(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (o && event_has(e, "maxmsg")) {
		o->most = event_int(e, "maxmsg", 0);
		o->messages = event_int(e, "curmsgs", 0);
	}
}

static void apply_sem_make(struct model *m, const struct event *e, struct model_object *o)
{
	if (!o)
		return;
	made_here(m, e, o->id);
	if (event_text(e, "path"))
		o->path = event_text(e, "path");
	if (event_has(e, "value"))
		o->value = event_int(e, "value", INT64_MIN);
}

/* CHANGE: what the call does to the value where the event does not tell it. */
static void use_semaphore(
	struct model *m, const struct event *e, struct model_object *o, int64_t number, int change)
{
	struct model_use *u = model_use_get(m, o->id, number, e->task);

	u->held -= change;
	if (change < 0) {
		u->take = e;
		o->taken = e;
	} else {
		u->give = e;
		o->given = e;
	}
	if (event_has(e, "value"))
		o->value = event_int(e, "value", INT64_MIN);
	else if (o->value != INT64_MIN)
		o->value += change;
}

static void apply_sem_wait(struct model *m, const struct event *e, struct model_object *o)
{
	if (o)
		use_semaphore(m, e, o, 0, -1);
}

static void apply_sem_post(struct model *m, const struct event *e, struct model_object *o)
{
	if (o)
		use_semaphore(m, e, o, 0, +1);
}

static void apply_sem_value(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (o && event_has(e, "value"))
		o->value = event_int(e, "value", INT64_MIN);
}

/* ops="0:-1/undo,1:+1" */
static void apply_semop(struct model *m, const struct event *e, struct model_object *o)
{
	const char *p = event_text(e, "ops");

	while (o && p && *p) {
		char *end;
		long number = strtol(p, &end, 10);
		long change = *end == ':' ? strtol(end + 1, &end, 10) : 0;

		if (change) {
			use_semaphore(m, e, o, number, (int)change);
			model_cell_add(m, e, o->id, number, change);
		}
		if (strncmp(end, "/undo", 5) == 0)
			model_use_get(m, o->id, number, e->task)->undo -= change;
		p = strchr(end, ',');
		if (p)
			p++;
	}
}

static void apply_lock(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_use *u;

	if (!o || event_int(e, "ret", 0) != 0)
		return;
	o->owner = e->task;
	o->taken = e;
	u = model_use_get(m, o->id, 0, e->task);
	u->held = 1;
	u->take = e;
}

static void apply_unlock(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_use *u;

	if (!o || event_int(e, "ret", 0) != 0)
		return;
	if (o->owner == e->task)
		o->owner = 0;
	o->given = e;
	u = model_use_get(m, o->id, 0, e->task);
	u->held = 0;
	u->give = e;
}

static struct model_object *mutex_of(struct model *m, const struct event *e)
{
	const char *id = event_text(e, "mutex");

	return id ? model_object_get(m, id, e) : NULL;
}

static void apply_cond_wait(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	apply_lock(m, e, mutex_of(m, e));
}

/* Of a mapping that no descriptor stands for. */
static void apply_mmap(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	made_here(m, e, event_text(e, "newobj"));
}

static void apply_semget(struct model *m, const struct event *e, struct model_object *o)
{
	bool new = o && !o->made_known;

	if (!o)
		return;
	made_here(m, e, o->id);
	if (new && m->log->events[0]->kind == EVENT_RUN) /* else it may be older */
		model_cells_made(m, o->id, event_int(e, "count", 0));
}

static void apply_made(struct model *m, const struct event *e, struct model_object *o)
{
	if (o)
		made_here(m, e, o->id);
}

/* Signals taken by a call are not delivered (sigwaitinfo and friends). */
static void apply_sigwait(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_task *t = model_task(m, e->task);
	int sig = event_text(e, "sig") ? model_signal(event_text(e, "sig"))
				       : (int)event_int(e, "ret", 0);

	(void)o;
	if (t && sig > 0 && sig <= 64)
		t->pending &= ~(UINT64_C(1) << (sig - 1));
}

static bool ignored_by_default(int sig)
{
	return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;
}

static void apply_kill(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_task *t = model_task(m, event_task(e, "pid"));
	const char *name = event_text(e, "sig");
	int sig = model_signal(name);

	(void)o;
	if (!t || sig < 1 || sig > 64 || ignored_by_default(sig) || (t->ignored >> (sig - 1) & 1) ||
		t->state == MODEL_ZOMBIE || t->state == MODEL_GONE)
		return;
	/* Within one step the receiver's events may stand before the sender's. */
	if (t->delivered && t->delivered->time == e->time && strcmp(t->delivered->name, name) == 0)
		return;
	t->pending |= UINT64_C(1) << (sig - 1);
}

static void apply_sigaction(struct model *m, const struct event *e, struct model_object *o)
{
	const char *how = event_text(e, "how");
	int sig = model_signal(event_text(e, "sig"));

	(void)o;
	if (!how || sig < 1 || sig > 64 || strcmp(how, "query") == 0)
		return;
	for (size_t i = 0; i < m->task_count; i++) {
		struct model_task *t = &m->tasks[i];
		uint64_t bit = UINT64_C(1) << (sig - 1);

		if (t->process != model_process(m, e->task))
			continue;
		t->ignored = strcmp(how, "ignore") == 0 ? t->ignored | bit : t->ignored & ~bit;
		if (strcmp(how, "ignore") == 0)
			t->pending &= ~bit;
	}
}

static const struct call_rule {
	const char *name;
	apply_fn *apply;
} rules[] = {
	{"accept", apply_open},
	{"accept4", apply_open},
	{"close", apply_close},
	{"close_range", apply_close_range},
	{"creat", apply_open},
	{"dup", apply_dup},
	{"dup2", apply_dup},
	{"dup3", apply_dup},
	{"epoll_create", apply_open},
	{"eventfd", apply_open},
	{"fcntl", apply_fcntl},
	{"flock", apply_flock},
	{"kill", apply_kill},
	{"memfd_create", apply_open},
	{"mmap", apply_mmap},
	{"mq_getattr", apply_attributes},
	{"mq_open", apply_open},
	{"mq_receive", apply_receive},
	{"mq_send", apply_send},
	{"mq_setattr", apply_attributes},
	{"mq_timedreceive", apply_receive},
	{"mq_timedsend", apply_send},
	{"msgget", apply_made},
	{"msgrcv", apply_receive},
	{"msgsnd", apply_send},
	{"open", apply_open},
	{"openat", apply_open},
	{"pidfd_open", apply_open},
	{"pipe", apply_pipe},
	{"pipe2", apply_pipe},
	{"pthread_cond_timedwait", apply_cond_wait},
	{"pthread_cond_wait", apply_cond_wait},
	{"pthread_mutex_init", apply_made},
	{"pthread_mutex_lock", apply_lock},
	{"pthread_mutex_timedlock", apply_lock},
	{"pthread_mutex_trylock", apply_lock},
	{"pthread_mutex_unlock", apply_unlock},
	{"pthread_rwlock_rdlock", apply_lock},
	{"pthread_rwlock_tryrdlock", apply_lock},
	{"pthread_rwlock_trywrlock", apply_lock},
	{"pthread_rwlock_unlock", apply_unlock},
	{"pthread_rwlock_wrlock", apply_lock},
	{"pthread_spin_lock", apply_lock},
	{"pthread_spin_trylock", apply_lock},
	{"pthread_spin_unlock", apply_unlock},
	{"read", apply_read},
	{"readv", apply_read},
	{"sem_clockwait", apply_sem_wait},
	{"sem_getvalue", apply_sem_value},
	{"sem_init", apply_sem_make},
	{"sem_open", apply_sem_make},
	{"sem_post", apply_sem_post},
	{"sem_timedwait", apply_sem_wait},
	{"sem_trywait", apply_sem_wait},
	{"sem_wait", apply_sem_wait},
	{"semctl", model_apply_semctl},
	{"semget", apply_semget},
	{"semop", apply_semop},
	{"semtimedop", apply_semop},
	{"sendfile", apply_splice},
	{"shm_open", apply_open},
	{"shmget", apply_made},
	{"sigaction", apply_sigaction},
	{"signalfd", apply_open},
	{"sigprocmask", model_apply_sigmask},
	{"sigqueue", apply_kill},
	{"sigtimedwait", apply_sigwait},
	{"sigwait", apply_sigwait},
	{"sigwaitinfo", apply_sigwait},
	{"socket", apply_open},
	{"socketpair", apply_pipe},
	{"splice", apply_splice},
	{"tee", apply_splice},
	{"timerfd_create", apply_open},
	{"vmsplice", apply_splice},
	{"write", apply_write},
	{"writev", apply_write},
};

/* A close that fails has closed all the same, unless there was nothing to close (close(2)). */
static bool closed_anyway(const struct event *e)
{
	const char *err = event_text(e, "err");

	return err && strcmp(e->name, "close") == 0 && strcmp(err, "EBADF") != 0;
}

void model_apply_call(struct model *m, const struct event *e)
{
	const char *id = event_text(e, "obj");
	struct model_object *o;

	if ((event_has(e, "err") || event_int(e, "ret", 0) < 0) && !closed_anyway(e))
		return;
	o = id ? model_object_get(m, id, e) : NULL;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].name[0] == e->name[0] && strcmp(rules[i].name, e->name) == 0) {
			rules[i].apply(m, e, o);
			return;
		}
}

void model_apply_block(struct model *m, const struct event *e)
{
	const char *id = event_text(e, "obj");

	if (id)
		model_object_get(m, id, e);
	if (strncmp(e->name, "pthread_cond_", 13) == 0)
		apply_unlock(m, e, mutex_of(m, e));
}
