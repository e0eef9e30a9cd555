/*
 * Which addresses of a process are shared, for the race detector, and under which object and offset
 * others see them. The runtime's table of them is written here, after each call that may have
 * changed the mappings: the kernel says what there is (/proc/PID/maps). Two mappings are the same
 * memory if device and inode are.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"
#include "lab/supervise/maps.h"
#include "lab/supervise/races.h"

/* What the file behind a shared mapping is called in the log. */
static const char *name_memory(struct supervisor *s, const struct mapping *m)
{
	const char *kind = "file", *path;
	char key[64], room[512];

	path = world_plain(s, m->path, room, sizeof(room));
	if (strncmp(path, "/SYSV", 5) == 0) { /* its inode is its id: ipc/shm.c of the kernel */
		snprintf(key, sizeof(key), "sysv-shm:%" PRIu64, m->inode);
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
	snprintf(key, sizeof(key), "%" PRIx64 ":%" PRIu64, (uint64_t)makedev(m->major, m->minor),
		m->inode);
	return object_id(s, kind, key);
}

static void add_range(struct supervisor *s, struct process *p, const struct mapping *m)
{
	if ((p->shared_count & (p->shared_count - 1)) == 0)
		p->shared = lab_xrealloc(p->shared,
			(p->shared_count ? 2 * p->shared_count : 1) * sizeof(*p->shared));
	p->shared[p->shared_count++] = (struct shared_range){
		m->begin, m->end, races_key(s, name_memory(s, m), 0), m->offset};
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

/* Adds the mapping at ADDR, where there was none. To read all of them for each that is new would
 * take seconds for some thousands. false: it must be. */
static bool add_one(struct supervisor *s, struct tracee *t, uint64_t addr)
{
	struct process *p = t->process;
	struct shared_range new;
	struct mapping m;
	size_t at;

	if (!maps_at(t->tid, addr, true, &m) || !m.shared || m.begin != addr)
		return false;
	at = races_range(p, m.begin);
	if (at < p->shared_count && p->shared[at].begin < m.end)
		return false;
	add_range(s, p, &m);
	new = p->shared[p->shared_count - 1];
	memmove(&p->shared[at + 1], &p->shared[at],
		(p->shared_count - 1 - at) * sizeof(p->shared[0]));
	p->shared[at] = new;
	return true;
}

static void read_ranges(struct supervisor *s, struct tracee *t)
{
	struct maps maps;
	struct mapping m;

	t->process->shared_count = 0;
	maps_open(&maps, t->tid, true);
	while (maps_next(&maps, &m))
		add_range(s, t->process, &m);
	maps_close(&maps);
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
