/*
 * Which addresses of a process are shared, for the race detector, and under which object and offset
 * others see them. The runtime's table of them is written here, after each call that may have
 * changed the mappings: the kernel says what there is (/proc/PID/maps). Two mappings are the same
 * memory if device and inode are.
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

/* What the file behind a shared mapping is called in the log. PATH as in /proc/PID/maps. */
static const char *name_memory(
	struct supervisor *s, unsigned major, unsigned minor, uint64_t inode, const char *path)
{
	const char *kind = "file";
	char key[64], room[512];

	path = world_plain(s, path, room, sizeof(room));
	if (strncmp(path, "/SYSV", 5) == 0) { /* its inode is its id: ipc/shm.c of the kernel */
		snprintf(key, sizeof(key), "sysv-shm:%" PRIu64, inode);
		return object_id(s, "sysv-shm", key);
	}
	if (strncmp(path, "/dev/zero", 9) == 0)
		kind = "memory";
	else if (strncmp(path, "/dev/shm/sem.", 13) == 0)
		kind = "sem-file";
	else if (strncmp(path, "/dev/shm/", 9) == 0)
		kind = "shm";
	else if (strncmp(path, "/memfd:", 7) == 0)
		kind = "memfd";
	snprintf(key, sizeof(key), "%" PRIx64 ":%" PRIu64, (uint64_t)makedev(major, minor), inode);
	return object_id(s, kind, key);
}

static void add_range(struct supervisor *s, struct process *p, const char *line)
{
	uint64_t begin, end, offset, inode;
	unsigned major, minor;
	char mode[8];
	int path = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %x:%x %" SCNu64 " %n", &begin,
		    &end, mode, &offset, &major, &minor, &inode, &path) < 7 ||
		mode[3] != 's')
		return;
	if ((p->shared_count & (p->shared_count - 1)) == 0)
		p->shared = lab_xrealloc(p->shared,
			(p->shared_count ? 2 * p->shared_count : 1) * sizeof(*p->shared));
	p->shared[p->shared_count++] = (struct shared_range){begin, end,
		races_key(s, name_memory(s, major, minor, inode, path ? line + path : ""), 0),
		offset};
}

size_t races_range(const struct process *p, uint64_t addr)
{
	size_t low = 0, high = p->shared_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->shared[middle].end > addr)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* What is mapped at one address, as newer kernels say it (include/uapi/linux/fs.h, since 6.11). */
struct map_query {
	uint64_t size, flags, addr, begin, end, is, page, offset, inode;
	uint32_t major, minor, name_size, id_size;
	uint64_t name_addr, id_addr;
};
#define MAP_QUERY     _IOWR('f', 17, struct map_query)
#define MAP_IS_SHARED 8

static bool ask(const struct tracee *t, struct map_query *q)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)t->tid);

	FD_SCOPED maps = open(path, O_RDONLY | O_CLOEXEC);

	return maps >= 0 && ioctl(maps, MAP_QUERY, q) == 0 && q->is & MAP_IS_SHARED;
}

/* Adds the mapping at ADDR, where there was none. To read all of them for each that is new would
 * take seconds for some thousands. false: it must be. */
static bool add_one(struct supervisor *s, struct tracee *t, uint64_t addr)
{
	struct process *p = t->process;
	char name[600] = "", line[700];
	struct map_query q = {.size = sizeof(q),
		.addr = addr,
		.name_addr = (uint64_t)(uintptr_t)name,
		.name_size = sizeof(name) - 1};
	struct shared_range new;
	size_t at;

	if (!ask(t, &q) || q.begin != addr)
		return false;
	at = races_range(p, q.begin);
	if (at < p->shared_count && p->shared[at].begin < q.end)
		return false;
	snprintf(line, sizeof(line),
		"%" PRIx64 "-%" PRIx64 " rw-s %" PRIx64 " %x:%x %" PRIu64 " %s", q.begin, q.end,
		q.offset, q.major, q.minor, q.inode, name);
	add_range(s, p, line);
	new = p->shared[p->shared_count - 1];
	memmove(&p->shared[at + 1], &p->shared[at],
		(p->shared_count - 1 - at) * sizeof(p->shared[0]));
	p->shared[at] = new;
	return true;
}

static void read_ranges(struct supervisor *s, struct tracee *t)
{
	char path[64], line[600];
	FILE *maps;

	t->process->shared_count = 0;
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)t->tid);
	maps = fopen(path, "re");
	if (!maps)
		return;
	while (fgets(line, sizeof(line), maps)) {
		line[strcspn(line, "\n")] = '\0';
		add_range(s, t->process, line);
	}
	fclose(maps);
	races_variables_add(t->process);
}

/* Mappings side by side are one range. More ranges than the table has room for: its last one covers
 * the rest, and what lies between. */
static void write_table(const struct tracee *t)
{
	static struct guest_shared table;
	const struct process *p = t->process;
	struct guest_range *last = NULL;

	table.low = table.span = table.count = 0;
	for (size_t i = 0; i < p->shared_count; i++) {
		const struct shared_range *r = &p->shared[i];

		if (last && (last->end == r->begin || table.count == GUEST_RANGES_MAX)) {
			last->end = r->end;
			continue;
		}
		last = &table.ranges[table.count++];
		*last = (struct guest_range){r->begin, r->end};
	}
	if (last) {
		table.low = table.ranges[0].begin;
		table.span = last->end - table.low;
	}
	tracee_write(t, p->shared_at, &table,
		offsetof(struct guest_shared, ranges) + table.count * sizeof(table.ranges[0]));
}

void races_mapped(struct supervisor *s, struct tracee *t)
{
	if (!s->races || !t->process->shared_at)
		return;
	read_ranges(s, t);
	write_table(t);
}

/* Whole ranges between BEGIN and END go; false: a part of one, which is to be looked at. */
static bool cut(struct process *p, uint64_t begin, uint64_t end)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->shared_count; i++) {
		const struct shared_range *r = &p->shared[i];

		if (r->begin < end && r->end > begin && (r->begin < begin || r->end > end))
			return false;
	}
	for (size_t i = 0; i < p->shared_count; i++)
		if (p->shared[i].begin >= end || p->shared[i].end <= begin)
			p->shared[kept++] = p->shared[i];
	p->shared_count = kept;
	return true;
}

void races_unmapped(struct supervisor *s, struct tracee *t)
{
	uint64_t begin = arch_argument(&t->entry, 0), size = arch_argument(&t->entry, 1);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (!s->races || !t->process->shared_at)
		return;
	if (!size || !cut(t->process, begin, begin + (size + page - 1) / page * page))
		read_ranges(s, t);
	write_table(t);
}

void races_mapped_at(struct supervisor *s, struct tracee *t, uint64_t addr)
{
	if (!s->races || !t->process->shared_at)
		return;
	if (!add_one(s, t, addr))
		read_ranges(s, t);
	write_table(t);
}
