/*
 * Kernel objects get ids: "pipe:1" for the first pipe that a run's log names, and so on. An object
 * is known by what /proc tells of a descriptor (device and inode), or by its System V id, or by the
 * place in a mapping. Only the ids reach the log.
 *
 * What a descriptor refers to is remembered per process and forgotten when a call may have changed
 * it; a descriptor that is not remembered is looked up.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/rng.h"
#include "lab/supervise/maps.h"
#include "lab/supervise/parts.h"

static unsigned next_number(struct supervisor *s, const char *kind)
{
	for (size_t i = 0; i < s->counter_count; i++)
		if (strcmp(s->counters[i].kind, kind) == 0)
			return ++s->counters[i].next;
	if (s->counter_count == sizeof(s->counters) / sizeof(s->counters[0]))
		return 0;
	snprintf(s->counters[s->counter_count].kind, sizeof(s->counters[0].kind), "%s", kind);
	return s->counters[s->counter_count++].next = 1;
}

/* Where the object of KEY is entered, or would be. */
static size_t *slot_of(struct supervisor *s, const char *key)
{
	size_t slot = (size_t)rng_hash(key, strlen(key));

	for (;; slot++) {
		size_t *entry = &s->object_slots[slot & (s->object_slot_count - 1)];

		if (!*entry || strcmp(s->objects[*entry - 1].key, key) == 0)
			return entry;
	}
}

static void double_slots(struct supervisor *s)
{
	free(s->object_slots);
	s->object_slot_count = s->object_slot_count ? 2 * s->object_slot_count : 64;
	s->object_slots = lab_xmalloc(s->object_slot_count * sizeof(*s->object_slots));
	for (size_t i = 0; i < s->object_count; i++)
		*slot_of(s, s->objects[i].key) = i + 1;
}

bool object_is(const char *id, const char *kind)
{
	size_t len = strlen(kind);

	return id && strncmp(id, kind, len) == 0 && id[len] == ':';
}

const char *object_id(struct supervisor *s, const char *kind, const char *key)
{
	size_t *entry;
	char id[48];

	if (key && 2 * s->object_count >= s->object_slot_count)
		double_slots(s);
	entry = key ? slot_of(s, key) : NULL;
	if (entry && *entry)
		return s->objects[*entry - 1].id;
	snprintf(id, sizeof(id), "%s:%u", kind, next_number(s, kind));
	if (!key) /* nobody will ask for it */
		return supervisor_intern(s, id);
	s->objects = lab_xrealloc(s->objects, (s->object_count + 1) * sizeof(*s->objects));
	s->objects[s->object_count].key = lab_xstrdup(key);
	s->objects[s->object_count].id = supervisor_intern(s, id);
	s->objects[s->object_count].size = 0;
	*entry = ++s->object_count;
	return s->objects[s->object_count - 1].id;
}

void object_set_size(struct supervisor *s, const char *key, unsigned size)
{
	s->objects[*slot_of(s, key) - 1].size = size;
}

unsigned object_size(const struct supervisor *s, const char *id)
{
	for (size_t i = 0; i < s->object_count; i++)
		if (strcmp(s->objects[i].id, id) == 0)
			return s->objects[i].size;
	return 0;
}

/* What kind of thing a descriptor is, from the text of its /proc link and its mode. */
static const char *kind_of(const char *link, const struct stat *st, bool *shared_inode)
{
	static const struct {
		const char *text, *kind;
	} anonymous[] = {
		{"anon_inode:[eventfd]", "eventfd"},
		{"anon_inode:[timerfd]", "timerfd"},
		{"anon_inode:[signalfd]", "signalfd"},
		{"anon_inode:[eventpoll]", "epoll"},
		{"anon_inode:inotify", "inotify"},
		{"anon_inode:[pidfd]", "pidfd"},
	};

	*shared_inode = false;
	for (size_t i = 0; i < sizeof(anonymous) / sizeof(anonymous[0]); i++)
		if (strcmp(link, anonymous[i].text) == 0) {
			*shared_inode = true;
			return anonymous[i].kind;
		}
	if (strncmp(link, "/proc/", 6) == 0)
		return "proc"; /* what it holds differs from run to run */
	if (strncmp(link, "/memfd:", 7) == 0)
		return "memfd";
	if (strncmp(link, "/dev/shm/sem.", 13) == 0)
		return "sem-file";
	if (strncmp(link, "/dev/shm/", 9) == 0)
		return "shm";
	if (S_ISFIFO(st->st_mode))
		return link[0] == '/' ? "fifo" : "pipe";
	if (S_ISSOCK(st->st_mode))
		return "socket";
	if (S_ISCHR(st->st_mode))
		return strncmp(link, "/dev/pts/", 9) == 0 || strncmp(link, "/dev/tty", 8) == 0 ||
				       strcmp(link, "/dev/ptmx") == 0
			       ? "tty"
			       : "device";
	if (S_ISDIR(st->st_mode))
		return "folder";
	return "file";
}

/* AS: what the call that made it says it is, NULL: see for yourself. */
static const char *look_up(struct supervisor *s, struct tracee *t, int fd, const char *as)
{
	char path[64], link[512], plain[512], key[600];
	const char *kind, *id;
	bool shared_inode;
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, fd);
	if (stat(path, &st) < 0)
		return NULL;
	if (s->config.object && (id = s->config.object(s->config.context, st.st_dev, st.st_ino)))
		return supervisor_intern(s, id);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return NULL;
	link[n] = '\0';
	if (terminal_is_master(&st))
		s->terminals = true;
	kind = kind_of(world_plain(s, link, plain, sizeof(plain)), &st, &shared_inode);
	if (as)
		kind = as;
	if (shared_inode)
		return object_id(s, kind, NULL);
	snprintf(
		key, sizeof(key), "%" PRIx64 ":%" PRIu64, (uint64_t)st.st_dev, (uint64_t)st.st_ino);
	return object_id(s, kind, key);
}

const char *object_of_fd(struct supervisor *s, struct tracee *t, int fd)
{
	const char *id;

	if (fd < 0)
		return NULL;
	if (fd < FD_CACHE && t->process->fds[fd])
		return t->process->fds[fd];
	id = look_up(s, t, fd, NULL);
	if (fd < FD_CACHE)
		t->process->fds[fd] = id;
	return id;
}

const char *object_of_new_fd(struct supervisor *s, struct tracee *t, int fd, const char *kind)
{
	const char *id = look_up(s, t, fd, kind);

	object_fd_is(t, fd, id);
	return id;
}

void object_forget_fd(struct tracee *t, int fd)
{
	if (fd >= 0 && fd < FD_CACHE)
		t->process->fds[fd] = NULL;
}

void object_fd_is(struct tracee *t, int fd, const char *id)
{
	if (fd >= 0 && fd < FD_CACHE)
		t->process->fds[fd] = id;
}

static struct known_address *known_address(struct tracee *t, uint64_t addr)
{
	return &t->process->addresses[(addr >> 2) % ADDRESS_CACHE];
}

void object_forget_address(struct tracee *t, uint64_t addr)
{
	known_address(t, addr)->id = NULL;
}

void object_forget_addresses(struct tracee *t)
{
	memset(t->process->addresses, 0, sizeof(t->process->addresses));
}

/* By (device, inode, offset) where the memory is shared through a file, else by the address in this
 * process. */
static const char *look_up_address(
	struct supervisor *s, struct tracee *t, const char *kind, uint64_t addr, bool *shared)
{
	struct mapping m;
	char key[160];

	*shared = maps_at(t->tid, addr, false, &m) && m.shared;
	if (*shared)
		snprintf(key, sizeof(key), "%s@%x:%x:%" PRIu64 "+%" PRIx64, kind, m.major, m.minor,
			m.inode, addr - m.begin + m.offset);
	else
		snprintf(key, sizeof(key), "%s@%d:%" PRIx64, kind, (int)t->group, addr);
	return object_id(s, kind, key);
}

/* A futex, semaphore or mutex. To look at the mappings each time would cost more than the rest of
 * the stop. */
const char *object_of_address(
	struct supervisor *s, struct tracee *t, const char *kind, uint64_t addr)
{
	struct known_address *known = known_address(t, addr);

	if (!known->id || known->addr != addr || strcmp(known->kind, kind) != 0) {
		known->addr = addr;
		known->kind = kind;
		known->id = look_up_address(s, t, kind, addr, &known->shared);
	}
	return known->id;
}

/* What the link in /proc says of it; for those that have come through an exec, which closes the
 * others. */
static const char *link_mode(pid_t tid, int fd)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, fd);
	if (lstat(path, &st) < 0)
		return "rw";
	return !(st.st_mode & S_IWUSR) ? "r" : !(st.st_mode & S_IRUSR) ? "w" : "rw";
}

static const char *info_mode(pid_t tid, int fd, bool *cloexec)
{
	char path[64], text[256];
	const char *flags;
	unsigned long value;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)tid, fd);
	FD_SCOPED info = open(path, O_RDONLY | O_CLOEXEC);
	n = info < 0 ? -1 : fd_read_full(info, text, sizeof(text) - 1);
	if (n <= 0)
		return "rw";
	text[n] = '\0';
	flags = strstr(text, "flags:");
	if (!flags)
		return "rw";
	value = strtoul(flags + 6, NULL, 8);
	*cloexec = value & O_CLOEXEC;
	switch (value & O_ACCMODE) {
	case O_RDONLY:
		return "r";
	case O_WRONLY:
		return "w";
	default:
		return "rw";
	}
}

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The first MOST descriptors from FIRST on, in their order. Most processes have the usual three,
 * and opendir(3) has room for a thousand. */
static int list_descriptors(pid_t tid, int first, int *fds, int most)
{
	char path[64];
	struct dirent64 list[2048 / sizeof(struct dirent64)];
	int count = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)tid);
	FD_SCOPED dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (dir >= 0 && (n = getdents64(dir, list, sizeof(list))) > 0)
		for (const char *at = (const char *)list, *end = at + n; at < end;) {
			const struct dirent64 *entry = (const void *)at;

			if (entry->d_name[0] != '.' && atoi(entry->d_name) >= first && count < most)
				fds[count++] = atoi(entry->d_name);
			at += entry->d_reclen;
		}
	qsort(fds, (size_t)count, sizeof(fds[0]), compare_ints);
	return count;
}

/* One EVENT_HOLDS for each descriptor from FIRST on. QUEUE: with the task's next flush. */
void object_log_descriptors(
	struct supervisor *s, struct tracee *t, const char *why, int first, bool queue)
{
	int fds[256], count = list_descriptors(t->tid, first, fds, 256);
	bool after_exec = strcmp(why, "exec") == 0;

	for (int i = 0; i < count; i++) {
		const char *id = object_of_fd(s, t, fds[i]);
		struct event *e;
		bool cloexec = false;
		const char *mode = after_exec ? link_mode(t->tid, fds[i])
					      : info_mode(t->tid, fds[i], &cloexec);

		e = task_event(s, t, EVENT_HOLDS, NULL);
		event_add_int(s->log, e, "fd", fds[i]);
		event_add_text(s->log, e, "obj", id ? id : "unknown");
		event_add_text(s->log, e, "mode", mode);
		if (cloexec)
			event_add_int(s->log, e, "cloexec", 1);
		event_add_text(s->log, e, "why", why);
		if (queue)
			tracee_queue(t, e);
		else
			supervise_append(s, e);
	}
}
