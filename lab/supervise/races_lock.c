/*
 * Locks of files and System V semaphores, for the race detector. Who has locked is after all other
 * owners that had locked before; a range of a file is a lock for each of its bytes. flock(2) and
 * fcntl(2) do not see one another. What a process holds at its end, or what it locked of a file
 * that it closes, is given back then.
 *
 * To know who shares an open file description, each gets a number: descriptors that are copied or
 * inherited keep it. One that came through a socket, or was there before main, has its own.
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

/* Who holds one: all that share the descriptor that it was locked through (flock, OFD locks), or
 * all threads of the process. */
static uint64_t owner_of_file(struct supervisor *s, struct tracee *t, unsigned fd)
{
	uint32_t *file = fd < FD_CACHE ? &t->process->files[fd] : NULL;

	if (file && !*file)
		*file = ++s->races->files;
	return file ? *file : ++s->races->files;
}

static uint64_t owner_process(const struct tracee *t)
{
	return UINT64_C(1) << 32 | (uint64_t)t->group;
}

void races_file_made(struct supervisor *s, struct tracee *t, int fd)
{
	unsigned from = (unsigned)arch_argument(&t->entry, 0);
	bool copies = t->call->nr == SYS_fcntl || t->call->nr == SYS_dup ||
		      t->call->nr == SYS_dup2 || t->call->nr == SYS_dup3;

	if (fd < 0 || fd >= FD_CACHE)
		return;
	t->process->files[fd] = copies ? (uint32_t)owner_of_file(s, t, from) : ++s->races->files;
}

/* A process that closes a file, whichever descriptor of it, gives back the ranges that it has
 * locked of it. What was locked for an open file description stays until the last of its
 * descriptors is closed: it may be this. */
void races_files_closed(struct supervisor *s, struct tracee *t, unsigned first, unsigned last)
{
	struct race *r = s->races->race;

	for (unsigned fd = first; fd <= last && fd < FD_CACHE; fd++) {
		const char *id = t->process->fds[fd];
		uint32_t file = t->process->files[fd];

		t->process->files[fd] = 0;
		if (!id)
			continue;
		race_unlock_range(
			r, t->index, races_key(s, id, 'l'), owner_process(t), 0, UINT64_MAX);
		if (!file)
			continue;
		race_leave(r, t->index, races_key(s, id, 'l'), file);
		race_leave(r, t->index, races_key(s, id, 'f'), file);
	}
}

void races_files_closed_by_exec(struct supervisor *s, struct tracee *t)
{
	for (unsigned fd = 0; fd < FD_CACHE; fd++) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "/proc/%d/fd/%u", (int)t->tid, fd);
		if (t->process->files[fd] && lstat(path, &st) < 0)
			races_files_closed(s, t, fd, fd);
	}
}

void races_flock(struct supervisor *s, struct tracee *t)
{
	int fd = (int)arch_argument(&t->entry, 0), op = (int)arch_argument(&t->entry, 1);
	const char *id = object_of_fd(s, t, fd);
	uint64_t key, owner;

	if (!id)
		return;
	key = races_key(s, id, 'f');
	owner = owner_of_file(s, t, (unsigned)fd);
	if (op & LOCK_UN)
		race_unlock_range(s->races->race, t->index, key, owner, 0, UINT64_MAX);
	else
		race_lock_range(
			s->races->race, t->index, key, owner, 0, UINT64_MAX, !(op & LOCK_EX));
}

/* Where FD stands, and how large its file is. */
int64_t races_position(const struct tracee *t, int fd, int whence)
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
	uint64_t key, owner;

	if (cmd == F_SETPIPE_SZ)
		races_pipe_holds(s, t, arch_result(&t->regs));
	if (cmd != F_SETLK && cmd != F_SETLKW && cmd != F_OFD_SETLK && cmd != F_OFD_SETLKW)
		return;
	if (!id || !tracee_read(t, arch_argument(&t->entry, 2), &lock, sizeof(lock)))
		return;
	begin = lock.l_start + races_position(t, fd, lock.l_whence);
	end = lock.l_len > 0 ? begin + lock.l_len : INT64_MAX;
	if (lock.l_len < 0) {
		end = begin;
		begin += lock.l_len;
	}
	key = races_key(s, id, 'l');
	owner = cmd == F_SETLK || cmd == F_SETLKW ? owner_process(t)
						  : owner_of_file(s, t, (unsigned)fd);
	if (lock.l_type == F_UNLCK)
		race_unlock_range(
			s->races->race, t->index, key, owner, (uint64_t)begin, (uint64_t)end);
	else
		race_lock_range(s->races->race, t->index, key, owner, (uint64_t)begin,
			(uint64_t)end, lock.l_type == F_RDLCK);
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
