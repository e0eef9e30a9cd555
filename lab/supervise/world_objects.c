/*
 * POSIX message queues and System V objects of a world without an IPC namespace.
 *
 * Queues: their names get a beginning that is the run's alone.
 *
 * System V: keys are XORed with the run's own number, so that no two runs, and no program of the
 * machine's, mean the same object. Who tries keys finds nothing either: a key that the run has
 * given to no object of its own is not asked for, and what is made under it is made anew. Numbers
 * count from 0 as in a fresh namespace. A number that this run has not made names nothing (EINVAL),
 * whatever the machine has under it. The limits are those
 * that full isolation sets (sandbox/ops.c), and what is made is told to whom removes it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/supervise/call.h"

#define NAME_MOST        255
#define KEY_OFFSET       0   /* of __key in struct ipc_perm, which comes first in each *_ds */
#define DESCRIPTORS_MANY 200 /* the lowest free one comes next: of 256 */
#define QUEUES_HELD      9   /* of the default size, in RLIMIT_MSGQUEUE's default */

enum { SHM, SEM, MSG };

static int kind_of(int64_t nr)
{
	switch (nr) {
	case SYS_shmget:
	case SYS_shmat:
	case SYS_shmctl:
		return SHM;
	case SYS_msgget:
	case SYS_msgsnd:
	case SYS_msgrcv:
	case SYS_msgctl:
		return MSG;
	default:
		return SEM;
	}
}

/* ---- queues ---- */

static enum enter name_queue(struct supervisor *s, struct tracee *t)
{
	const struct supervise_world *w = s->config.world;
	LAB_FREE char *name = tracee_read_string(t, arch_argument(&t->entry, 0), NAME_MOST + 2);
	LAB_FREE char *real = NULL;
	uint64_t at;

	if (!w->queues) {
		supervisor_cannot(s, w->no_queues);
		return world_refuse(t, ENOSYS);
	}
	if (!name || !*name || strchr(name, '/') || strlen(name) > NAME_MOST)
		return ENTER_MAKE; /* EFAULT, EINVAL, EACCES, ENAMETOOLONG: the kernel's to say */
	real = lab_xprintf("%s%s", w->queues, name);
	if (strlen(real) > NAME_MOST)
		return world_refuse(t, ENAMETOOLONG);
	at = world_scratch(t, 0, real, strlen(real) + 1);
	if (!at)
		return world_refuse(t, ENOMEM);
	arch_set_argument(&t->regs, 0, at);
	t->rewritten = true;
	return ENTER_MAKE;
}

/* EMFILE may also mean that it has no descriptor left. */
static bool has_many_descriptors(const struct tracee *t)
{
	LAB_FREE char *path = lab_xprintf("/proc/%d/fd/%d", (int)t->tid, DESCRIPTORS_MANY);

	return access(path, F_OK) == 0;
}

/* RLIMIT_MSGQUEUE counts what all programs of the user hold. Where this run alone cannot have
 * used it up, the failure says nothing about the program. Nor does EACCES for a queue that there
 * cannot have been: then the folder is another namespace's. */
static void check_queue(struct supervisor *s, struct tracee *t, int64_t result)
{
	if (result == -EACCES && s->queues_made == 0 && t->rewritten &&
		arch_argument(&t->entry, 1) & O_CREAT)
		supervisor_cannot(s, "the message queues of /dev/mqueue are another namespace's: "
				     "mount it anew (sudo mount -t mqueue mqueue /dev/mqueue), or "
				     "allow user namespaces (ipclab doctor)");
	if (result >= 0)
		s->queues_made++;
	else if (result == -EMFILE && s->queues_made < QUEUES_HELD && !has_many_descriptors(t))
		supervisor_cannot(s, "the message queues of other programs of this user leave no "
				     "room for those of "
				     "the run (RLIMIT_MSGQUEUE): end them, or allow user "
				     "namespaces (ipclab doctor)");
}

/* ---- System V: what was made ---- */

static struct world_object *by_shown(struct supervisor *s, int kind, int shown)
{
	for (size_t i = s->made_count; i-- > 0;)
		if (s->made[i].kind == kind && s->made[i].shown == shown)
			return &s->made[i];
	return NULL;
}

static struct world_object *by_id(struct supervisor *s, int kind, int id)
{
	for (size_t i = s->made_count; i-- > 0;)
		if (s->made[i].kind == kind && s->made[i].id == id)
			return &s->made[i];
	return NULL;
}

/* What IPC_STAT says of it: 0 and the key that it has now (none, once it is to be removed), or the
 * errno. */
static int status(const struct world_object *o, int32_t *key)
{
	struct shmid_ds shm;
	struct msqid_ds msg;
	struct semid_ds sem;
	int rc = o->kind == SHM   ? shmctl(o->id, IPC_STAT, &shm)
		 : o->kind == MSG ? msgctl(o->id, IPC_STAT, &msg)
				  : semctl(o->id, 0, IPC_STAT, &sem);

	if (rc < 0)
		return errno;
	*key = o->kind == SHM   ? shm.shm_perm.__key
	       : o->kind == MSG ? msg.msg_perm.__key
				: sem.sem_perm.__key;
	return 0;
}

/* The kernel gives a number again only when its sequence has come round. */
static bool is_there(const struct world_object *o)
{
	int32_t key;
	int errnum = status(o, &key);

	return errnum != EINVAL && errnum != EIDRM;
}

/* The one key that would become IPC_PRIVATE is given the place of the run's own number. */
static int32_t real_key(const struct supervisor *s, int32_t key)
{
	uint32_t real = (uint32_t)key ^ s->config.world->key;

	return real == IPC_PRIVATE ? key : (int32_t)real;
}

/* Has an object of this run KEY? One that forbids to be looked at may. */
static bool has_key(struct supervisor *s, int kind, int32_t key)
{
	for (size_t i = s->made_count; i-- > 0;) {
		const struct world_object *o = &s->made[i];
		int32_t now;
		int errnum;

		if (o->kind != kind || o->key != key)
			continue;
		errnum = status(o, &now);
		if (errnum == 0 ? now == real_key(s, key) : errnum == EACCES)
			return true;
	}
	return false;
}

/* How many of KIND there are, and how many bytes they have. */
static unsigned count(struct supervisor *s, int kind, uint64_t *bytes)
{
	unsigned n = 0;

	*bytes = 0;
	for (size_t i = 0; i < s->made_count; i++) {
		if (s->made[i].kind != kind || !is_there(&s->made[i]))
			continue;
		*bytes += s->made[i].bytes;
		n++;
	}
	return n;
}

static int remember(struct supervisor *s, struct tracee *t, int kind, int id)
{
	const struct world_object *known = by_id(s, kind, id);
	int32_t key = (int32_t)arch_argument(&t->entry, 0);
	int shown = 0;

	if (known)
		return known->shown;
	for (size_t i = 0; i < s->made_count; i++)
		shown += s->made[i].kind == kind;
	s->made = lab_xrealloc(s->made, (s->made_count + 1) * sizeof(*s->made));
	s->made[s->made_count++] = (struct world_object){
		.kind = kind,
		.id = id,
		.shown = shown,
		.key = key,
		.bytes = kind == SHM ? arch_argument(&t->entry, 1) : 0,
	};
	if (s->config.world->made)
		s->config.world->made(
			s->config.context, (int)arch_number(&t->entry), id, shown, key);
	return shown;
}

/* ---- System V: at the entry ---- */

/* Pages of 4 KiB, as shmall counts. */
static uint64_t pages(uint64_t bytes)
{
	return (bytes + 4095) / 4096;
}

/* The errno with which the namespace of full isolation would refuse to make one more; 0. */
static int limit(struct supervisor *s, struct tracee *t, int kind)
{
	static const unsigned most[] = {[SHM] = 256, [SEM] = 256, [MSG] = 128};
	uint64_t bytes, size = arch_argument(&t->entry, 1);
	unsigned n = count(s, kind, &bytes);

	if (kind == SHM && size > s->config.world->shared_bytes)
		return EINVAL;
	if (kind == SHM && pages(bytes) + pages(size) > pages(s->config.world->shared_bytes))
		return ENOSPC;
	if (kind == SEM && (int)size > 1024)
		return EINVAL;
	return n >= most[kind] ? ENOSPC : 0;
}

static enum enter name_key(struct supervisor *s, struct tracee *t, int kind)
{
	unsigned flags_arg = kind == MSG ? 1 : 2;
	int32_t key = (int32_t)arch_argument(&t->entry, 0);
	uint64_t flags = arch_argument(&t->entry, flags_arg);
	bool known = key != IPC_PRIVATE && has_key(s, kind, key);
	int errnum = 0;

	if (key == IPC_PRIVATE || (!known && flags & IPC_CREAT))
		errnum = limit(s, t, kind);
	else if (!known)
		errnum = ENOENT;
	if (errnum)
		return world_refuse(t, errnum);
	if (key == IPC_PRIVATE)
		return ENTER_MAKE;
	arch_set_argument(&t->regs, 0, (uint64_t)(uint32_t)real_key(s, key));
	if (!known)
		arch_set_argument(&t->regs, flags_arg, flags | IPC_EXCL);
	t->rewritten = true;
	return ENTER_MAKE;
}

/* Questions about the machine's table of objects (SHM_STAT and the like). */
static bool asks_for_table(int64_t nr, int command)
{
	switch (nr) {
	case SYS_shmctl:
		return command == SHM_STAT || command == 15 /* SHM_STAT_ANY */;
	case SYS_semctl:
		return command == SEM_STAT || command == 20 /* SEM_STAT_ANY */;
	case SYS_msgctl:
		return command == MSG_STAT || command == 13 /* MSG_STAT_ANY */;
	default:
		return false;
	}
}

static int command_of(const struct tracee *t)
{
	return (int)arch_argument(&t->entry, arch_number(&t->entry) == SYS_semctl ? 2 : 1) & 0xff;
}

enum enter world_name_object(struct supervisor *s, struct tracee *t)
{
	int64_t nr = arch_number(&t->entry);
	int kind = kind_of(nr);
	const struct world_object *o;

	if (nr == SYS_mq_open || nr == SYS_mq_unlink)
		return name_queue(s, t);
	if (nr == SYS_shmget || nr == SYS_semget || nr == SYS_msgget)
		return name_key(s, t, kind);
	o = by_shown(s, kind, (int)arch_argument(&t->entry, 0));
	if (!o || asks_for_table(nr, command_of(t)))
		return world_refuse(t, EINVAL);
	arch_set_argument(&t->regs, 0, (uint64_t)(int64_t)o->id);
	t->rewritten = true;
	return ENTER_MAKE;
}

/* ---- System V: at the exit ---- */

/* What IPC_STAT wrote has the real key. */
static void show_key(struct supervisor *s, struct tracee *t, int kind)
{
	const struct world_object *o = by_shown(s, kind, (int)arch_argument(&t->entry, 0));
	uint64_t at = arch_argument(&t->entry, kind == SEM ? 3 : 2);

	if (o && at)
		tracee_write(t, at + KEY_OFFSET, &o->key, sizeof(o->key));
}

int64_t world_object_result(struct supervisor *s, struct tracee *t, int64_t result)
{
	int64_t nr = arch_number(&t->entry);
	int kind = kind_of(nr);

	switch (nr) {
	case SYS_mq_open:
		check_queue(s, t, result);
		return result;
	case SYS_shmget:
	case SYS_semget:
	case SYS_msgget:
		if (result == -EEXIST && !has_key(s, kind, (int32_t)arch_argument(&t->entry, 0)))
			supervisor_cannot(s, "a System V object of this machine has the key that "
					     "stands for one of the run's: try again");
		return result < 0 ? result : remember(s, t, kind, (int)result);
	default:
		if (result >= 0 && command_of(t) == IPC_STAT)
			show_key(s, t, kind);
		return result;
	}
}
