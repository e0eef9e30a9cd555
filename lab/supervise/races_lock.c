/*
 * Locks of files and System V semaphores, for the race detector. Who has locked is after all who
 * had locked before; a range of a file is a lock for each of its bytes. What a process holds at its
 * end, or what it locked of a file that it closes, is given back then.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

/* Locks of files. */

static void keep_lock(struct process *p, uint64_t key, bool whole, uint64_t begin, uint64_t end)
{
	p->locks = lab_xrealloc(p->locks, (p->lock_count + 1) * sizeof(*p->locks));
	p->locks[p->lock_count++] = (struct held_lock){key, whole, begin, end};
}

/* A process that closes a file, whichever descriptor of it, gives back the ranges that it has
 * locked of it. A flock stays until the last one is closed: it may be this. */
void races_file_closed(struct supervisor *s, struct tracee *t, const char *id)
{
	struct process *p = t->process;
	uint64_t key = races_key(s, id, 'l');
	size_t kept = 0;

	for (size_t i = 0; i < p->lock_count; i++) {
		const struct held_lock *l = &p->locks[i];

		if (l->key == key && l->whole)
			race_release(s->races->race, t->index, key);
		if (l->key != key || l->whole)
			p->locks[kept++] = *l;
		else
			race_unlock_range(s->races->race, t->index, l->key, l->begin, l->end);
	}
	p->lock_count = kept;
}

/* At the end of the process. */
void races_locks_drop(struct supervisor *s, struct tracee *t)
{
	struct process *p = t->process;

	for (size_t i = 0; i < p->lock_count; i++) {
		const struct held_lock *l = &p->locks[i];

		if (l->whole)
			race_unlock(s->races->race, t->index, l->key);
		else
			race_unlock_range(s->races->race, t->index, l->key, l->begin, l->end);
	}
	p->lock_count = 0;
}

/* Locks of KEY between BEGIN and END are no longer kept. */
static void forget_locks(struct process *p, uint64_t key, uint64_t begin, uint64_t end)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->lock_count; i++) {
		const struct held_lock *l = &p->locks[i];

		if (l->key != key || l->begin < begin || l->end > end)
			p->locks[kept++] = *l;
	}
	p->lock_count = kept;
}

void races_flock(struct supervisor *s, struct tracee *t)
{
	const char *id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));
	int op = (int)arch_argument(&t->entry, 1);
	uint64_t key;

	if (!id)
		return;
	key = races_key(s, id, 'l');
	forget_locks(t->process, key, 0, 0);
	if (op & LOCK_UN) {
		race_unlock(s->races->race, t->index, key);
		return;
	}
	race_lock(s->races->race, t->index, key, !(op & LOCK_EX));
	keep_lock(t->process, key, true, 0, 0);
}

/* Where FD stands, and how large its file is. */
static int64_t position(const struct tracee *t, int fd, int whence)
{
	char path[64], text[128];
	const char *at;
	struct stat st;
	FILE *info;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd%s/%d", (int)t->tid,
		whence == SEEK_CUR ? "info" : "", fd);
	if (whence == SEEK_END)
		return stat(path, &st) == 0 ? st.st_size : 0;
	info = whence == SEEK_CUR ? fopen(path, "re") : NULL;
	if (!info)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, info);
	fclose(info);
	text[n] = '\0';
	at = strstr(text, "pos:");
	return at ? strtoll(at + 4, NULL, 10) : 0;
}

void races_fcntl(struct supervisor *s, struct tracee *t)
{
	int fd = (int)arch_argument(&t->entry, 0), cmd = (int)arch_argument(&t->entry, 1);
	const char *id = object_of_fd(s, t, fd);
	struct flock lock;
	int64_t begin, end;
	uint64_t key;

	if (cmd != F_SETLK && cmd != F_SETLKW && cmd != F_OFD_SETLK && cmd != F_OFD_SETLKW)
		return;
	if (!id || !tracee_read(t, arch_argument(&t->entry, 2), &lock, sizeof(lock)))
		return;
	begin = lock.l_start + position(t, fd, lock.l_whence);
	end = lock.l_len > 0 ? begin + lock.l_len : INT64_MAX;
	if (lock.l_len < 0) {
		end = begin;
		begin += lock.l_len;
	}
	key = races_key(s, id, 'l');
	if (lock.l_type == F_UNLCK) {
		race_unlock_range(s->races->race, t->index, key, (uint64_t)begin, (uint64_t)end);
		forget_locks(t->process, key, (uint64_t)begin, (uint64_t)end);
		return;
	}
	race_lock_range(s->races->race, t->index, key, (uint64_t)begin, (uint64_t)end,
		lock.l_type == F_RDLCK);
	keep_lock(t->process, key, false, (uint64_t)begin, (uint64_t)end);
}

/* System V semaphores. */

static uint64_t sysv_key(struct supervisor *s, int id, unsigned number)
{
	char key[32];

	snprintf(key, sizeof(key), "sysv-sem:%d", id);
	return races_key(s, object_id(s, "sysv-sem", key), number);
}

static void undo_later(struct tracee *t, uint64_t key, int change)
{
	struct race_task *task = races_task(t);

	for (size_t i = 0; i < task->undo_count; i++)
		if (task->undo[i].key == key) {
			task->undo[i].change += change;
			return;
		}
	if (task->undo_count == sizeof(task->undo) / sizeof(task->undo[0]))
		return;
	task->undo[task->undo_count].key = key;
	task->undo[task->undo_count++].change = change;
}

/* SEM_UNDO: its end gives back what it took. */
void races_undo(struct supervisor *s, struct tracee *t)
{
	struct race_task *task = races_task(t);

	for (size_t i = 0; i < task->undo_count; i++)
		if (task->undo[i].change > 0)
			race_sem_post(s->races->race, t->index, task->undo[i].key,
				(unsigned)task->undo[i].change);
	task->undo_count = 0;
}

static void one_operation(struct supervisor *s, struct tracee *t, int id, const struct sembuf *op)
{
	struct race *r = s->races->race;
	uint64_t key = sysv_key(s, id, op->sem_num);

	if (op->sem_op > 0)
		race_sem_post(r, t->index, key, (unsigned)op->sem_op);
	else if (op->sem_op < 0)
		race_sem_wait(r, t->index, key, (unsigned)-op->sem_op);
	else
		race_sem_zero(r, t->index, key);
	if (op->sem_flg & SEM_UNDO && op->sem_op)
		undo_later(t, key, -op->sem_op);
}

void races_semop(struct supervisor *s, struct tracee *t)
{
	uint64_t at = arch_argument(&t->entry, 1), count = arch_argument(&t->entry, 2);
	struct sembuf op;

	for (uint64_t i = 0; i < count && tracee_read(t, at + i * sizeof(op), &op, sizeof(op)); i++)
		one_operation(s, t, (int)arch_argument(&t->entry, 0), &op);
}

static struct sysv_set *set_of(struct supervisor *s, int id)
{
	struct races *r = s->races;

	for (size_t i = 0; i < r->set_count; i++)
		if (r->sets[i].id == id)
			return &r->sets[i];
	r->sets = lab_xrealloc(r->sets, (r->set_count + 1) * sizeof(*r->sets));
	r->sets[r->set_count] = (struct sysv_set){id, 0};
	return &r->sets[r->set_count++];
}

void races_semget(struct supervisor *s, struct tracee *t, int64_t result)
{
	struct sysv_set *set = set_of(s, (int)result);

	if ((unsigned)arch_argument(&t->entry, 1) > set->count)
		set->count = (unsigned)arch_argument(&t->entry, 1);
}

void races_semctl(struct supervisor *s, struct tracee *t)
{
	int id = (int)arch_argument(&t->entry, 0), cmd = (int)arch_argument(&t->entry, 2) & 0xff;
	unsigned number = (unsigned)arch_argument(&t->entry, 1), count = set_of(s, id)->count;
	uint16_t value;

	switch (cmd) {
	case SETVAL:
		race_sem_set(s->races->race, t->index, sysv_key(s, id, number),
			(unsigned)arch_argument(&t->entry, 3));
		break;
	case SETALL:
		for (unsigned i = 0; i < count; i++)
			if (tracee_read(t, arch_argument(&t->entry, 3) + 2 * i, &value, 2))
				race_sem_set(s->races->race, t->index, sysv_key(s, id, i), value);
		break;
	case GETVAL:
		race_sem_look(s->races->race, t->index, sysv_key(s, id, number));
		break;
	case GETALL:
		for (unsigned i = 0; i < count; i++)
			race_sem_look(s->races->race, t->index, sysv_key(s, id, i));
		break;
	}
}
