/*
 * Uses of shared memory, for the race detector, in order. The runtime in the program (guest/race.c)
 * makes a marker before each use of what its table says is shared (races_memory.c).
 *
 * A use is told when its task goes on from the marker: then it happens at once, and nobody runs in
 * between. What a plain write has written can be seen when the task stops next; it is told then,
 * still before anybody else has moved.
 *
 * Whoever reads the same place again and again, and finds the same there, waits: it is to let
 * others go first, and if that is no help it is a spin.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

#define PATIENCE       16 /* reads in vain until others have their turn */
#define READS_PER_STEP 16 /* reads in vain that make one step of a spin */

uint64_t races_site(struct supervisor *s, const struct event_place *place)
{
	struct races *r = s->races;

	if (!place->file)
		return 0;
	for (size_t i = 0; i < r->place_count; i++)
		if (r->places[i].line == place->line && strcmp(r->places[i].file, place->file) == 0)
			return i + 1;
	r->places = lab_xrealloc(r->places, (r->place_count + 1) * sizeof(*r->places));
	r->places[r->place_count++] = (struct race_place){
		.file = supervisor_intern(s, place->file),
		.function = place->function ? supervisor_intern(s, place->function) : NULL,
		.line = place->line,
	};
	return r->place_count;
}

static void grow_names(struct races *r)
{
	struct race_name *old = r->names;
	size_t size = r->name_size;

	r->name_size = size ? 2 * size : 64;
	r->names = lab_xmalloc(r->name_size * sizeof(*r->names));
	r->name_count = 0;
	for (size_t i = 0; i < size; i++)
		for (size_t at = old[i].key; old[i].id; at++)
			if (!r->names[at & (r->name_size - 1)].id) {
				r->names[at & (r->name_size - 1)] = old[i];
				r->name_count++;
				break;
			}
	free(old);
}

static struct race_name *name_at(const struct races *r, uint64_t key)
{
	size_t at = key;

	while (r->names[at & (r->name_size - 1)].id && r->names[at & (r->name_size - 1)].key != key)
		at++;
	return &r->names[at & (r->name_size - 1)];
}

uint64_t races_key(struct supervisor *s, const char *id, uint64_t part)
{
	struct races *r = s->races;
	uint64_t key = (rng_hash(id, strlen(id)) + part) * UINT64_C(0x9e3779b97f4a7c15);
	struct race_name *name;

	if (2 * r->name_count >= r->name_size)
		grow_names(r);
	name = name_at(r, key);
	if (!name->id) {
		*name = (struct race_name){key, supervisor_intern(s, id)};
		r->name_count++;
	}
	return key;
}

const char *races_name(const struct supervisor *s, uint64_t key)
{
	return s->races->name_size ? name_at(s->races, key)->id : NULL;
}

void races_start(struct supervisor *s, struct tracee *t)
{
	races_tape_is(t, arch_argument(&t->entry, 3));
	if (!s->races) {
		s->races = lab_xmalloc(sizeof(*s->races));
		s->races->race = race_new(NULL);
	}
	t->process->shared_at = arch_argument(&t->entry, 0);
	races_variables_are(s, t, arch_argument(&t->entry, 1), arch_argument(&t->entry, 2));
	races_mapped(s, t);
}

void races_free(struct supervisor *s)
{
	if (!s->races)
		return;
	race_free(s->races->race);
	free(s->races->places);
	free(s->races->names);
	races_channels_free(s->races);
	free(s->races->sets);
	free(s->races->named);
	free(s->races);
}

struct race_task *races_task(struct tracee *t)
{
	if (!t->race)
		t->race = lab_xmalloc(sizeof(*t->race));
	return t->race;
}

/* The line that PLACE returns to. What is inlined from a header has none of its own: then that of
 * whoever called. */
static uint64_t site_of(struct supervisor *s, struct tracee *t, uint64_t place)
{
	const char *path = t->process->path ? t->process->path : "";
	uint64_t key = (rng_hash(path, strlen(path)) ^ place) * UINT64_C(0x9e3779b97f4a7c15);
	struct known_place *known = &s->races->known[key % KNOWN_PLACES];
	struct event at = {0};

	if (known->key == key)
		return known->site;
	place_of_address(s, t, place - 1, &at);
	if (at.place.file)
		*known = (struct known_place){key, races_site(s, &at.place)};
	else if (t->race && t->race->played)
		place_of_address(s, t, t->race->played->outer - 1, &at);
	else
		place_of_tracee(s, t, &at);
	return races_site(s, &at.place);
}

static void read_value(const struct tracee *t, uint64_t addr, struct race_access *access)
{
	size_t size = access->size < sizeof(access->value) ? access->size : sizeof(access->value);

	if (t->race && t->race->played ? races_taped(t, addr, access->value, size)
				       : tracee_read(t, addr, access->value, size))
		access->value_size = (unsigned)size;
}

static void tell(struct supervisor *s, struct tracee *t, const struct race_access *access,
	uint64_t site, uint64_t step)
{
	races_signal_look(s, t);
	race_at(s->races->race, step, site);
	race_access(s->races->race, t->index, access);
	races_tell(s, t);
	races_variables_used(s, t, access, site);
}

void races_settle(struct supervisor *s, struct tracee *t)
{
	struct race_task *task = t->race;

	if (!task)
		return;
	races_variables_settle(s, t);
	if (!task->pending)
		return;
	task->pending = false;
	read_value(t, task->addr, &task->access);
	tell(s, t, &task->access, task->site, task->step);
}

void races_settle_taped(struct supervisor *s, struct tracee *t, const struct guest_record *r)
{
	struct race_task *task = t->race;

	if (!task || !task->pending)
		return;
	task->pending = false;
	if (task->addr == r->wrote && task->access.size <= sizeof(task->access.value)) {
		task->access.value_size = (unsigned)task->access.size;
		memcpy(task->access.value, &r->before, task->access.value_size);
	}
	tell(s, t, &task->access, task->site, task->step);
}

static bool is_update(const struct race_access *found, uint64_t expected)
{
	return memcmp(found->value, &expected, found->value_size) == 0;
}

/* What happens, as the detector calls it. FOUND has the value that lies there. */
static void decide(struct race_access *found, uint64_t what, uint64_t operand)
{
	bool is_volatile = what >> 32 & GUEST_VOLATILE;

	found->order = what >> 40 & 15;
	switch (what >> 32 & GUEST_KINDS) {
	case GUEST_READ:
		found->kind = is_volatile ? RACE_VOLATILE_READ : RACE_READ;
		break;
	case GUEST_WRITE:
		found->kind = is_volatile ? RACE_VOLATILE_WRITE : RACE_WRITE;
		break;
	case GUEST_LOAD:
		found->kind = RACE_ATOMIC_READ;
		break;
	case GUEST_STORE:
		found->kind = RACE_ATOMIC_WRITE;
		break;
	case GUEST_COMPARE:
		found->kind = RACE_ATOMIC_READ;
		if (is_update(found, operand))
			found->kind = RACE_ATOMIC_UPDATE;
		else
			found->order = what >> 48 & 15;
		break;
	default:
		found->kind = RACE_ATOMIC_UPDATE;
	}
}

/* It has found something new: no spin. */
static void no_spin(struct tracee *t, struct race_task *task)
{
	task->in_vain = 0;
	t->idle_steps = 0;
}

unsigned races_patience(struct tracee *t)
{
	return PATIENCE - 1 - races_task(t)->in_vain % PATIENCE;
}

void races_in_vain(struct supervisor *s, struct tracee *t)
{
	t->polls++;
	if (++races_task(t)->in_vain % PATIENCE)
		return;
	t->yields = true;
	schedule_yield(&s->schedule, t->index);
}

/* A read that finds what it found there before. */
static void read_in_vain(struct supervisor *s, struct tracee *t)
{
	races_in_vain(s, t);
	if (races_task(t)->in_vain % READS_PER_STEP == 0)
		spin_count(s, t, 1);
}

/* A loop that reads no shared memory, although there is some: what it waits for, if anything, lies
 * elsewhere, or the compiler has taken the load out of it. */
static void add_unread(struct supervisor *s, const struct tracee *t, struct event *e)
{
	if (t->process->shared_count)
		event_add_int(s->log, e, "unread", (int64_t)t->process->shared_count);
}

void races_spin(struct supervisor *s, struct tracee *t, struct event *e)
{
	const struct race_task *task = t->race;
	const char *id;

	if (!task || task->in_vain < PATIENCE || !task->waits_size) {
		add_unread(s, t, e);
		return;
	}
	id = races_name(s, task->waits_for);
	event_add_text(s->log, e, "obj", id ? id : "unknown");
	event_add_int(s->log, e, "at", (int64_t)task->waits_at);
	event_add_int(s->log, e, "n", (int64_t)task->waits_size);
}

static void look(struct supervisor *s, struct tracee *t, uint64_t addr, uint64_t place,
	const struct race_access *access)
{
	struct race_task *task = races_task(t);
	uint64_t value = 0;

	memcpy(&value, access->value, access->value_size);
	for (unsigned i = 0; i < task->seen_count; i++) {
		if (task->seen[i].addr != addr || task->seen[i].place != place)
			continue;
		if (task->seen[i].value == value) {
			task->waits_for = access->object;
			task->waits_at = access->offset;
			task->waits_size = access->size;
			read_in_vain(s, t);
			return;
		}
		task->seen[i].value = value;
		no_spin(t, task);
		return;
	}
	no_spin(t, task);
	if (task->seen_count == SEEN)
		task->seen_count = 0;
	task->seen[task->seen_count].addr = addr;
	task->seen[task->seen_count].place = place;
	task->seen[task->seen_count++].value = value;
}

static bool is_plain_write(const struct race_access *access)
{
	return access->kind == RACE_WRITE || access->kind == RACE_VOLATILE_WRITE;
}

static void use(struct supervisor *s, struct tracee *t, struct race_access *access, uint64_t addr,
	uint64_t what, uint64_t place)
{
	struct race_task *task = races_task(t);
	uint64_t site = site_of(s, t, place), step = s->log->count;

	if (is_plain_write(access) && !(what >> 32 & GUEST_DONE) && !task->pending) {
		task->pending = true;
		task->access = *access;
		task->addr = addr;
		task->site = site;
		task->step = step;
		return;
	}
	if (is_plain_write(access) && !(what >> 32 & GUEST_DONE))
		access->value_size = 0;
	tell(s, t, access, site, step);
}

void races_use(struct supervisor *s, struct tracee *t)
{
	uint64_t addr = arch_argument(&t->entry, 0), what = arch_argument(&t->entry, 1);
	uint64_t place = arch_argument(&t->entry, 2), operand = arch_argument(&t->entry, 3);
	uint64_t end = addr + (uint32_t)what;
	const struct process *p = t->process;

	if (!s->races || end < addr)
		return;
	if ((what >> 32 & GUEST_KINDS) == GUEST_FENCE) {
		race_at(s->races->race, s->log->count, site_of(s, t, place));
		race_fence(s->races->race, t->index, what >> 40 & 15);
		return;
	}
	for (size_t i = races_range(p, addr); i < p->shared_count && p->shared[i].begin < end;
		i++) {
		const struct shared_range *range = &p->shared[i];
		uint64_t from = addr > range->begin ? addr : range->begin;
		uint64_t to = end < range->end ? end : range->end;
		struct race_access access = {.object = range->object};

		if (from >= to)
			continue;
		access.offset = range->offset + (from - range->begin);
		access.size = to - from;
		read_value(t, from, &access);
		decide(&access, what, operand);
		if (!is_plain_write(&access) && access.kind != RACE_ATOMIC_WRITE)
			look(s, t, from, place, &access);
		use(s, t, &access, from, what, place);
	}
}

void races_use_by_call(
	struct supervisor *s, struct tracee *t, uint64_t addr, uint64_t size, bool writes)
{
	const struct process *p = t->process;
	uint64_t end = addr + size;

	for (size_t i = races_range(p, addr); i < p->shared_count && p->shared[i].begin < end;
		i++) {
		const struct shared_range *range = &p->shared[i];
		uint64_t from = addr > range->begin ? addr : range->begin;
		uint64_t to = end < range->end ? end : range->end;
		struct race_access access = {
			.object = range->object, .kind = writes ? RACE_WRITE : RACE_READ};

		if (from >= to)
			continue;
		access.offset = range->offset + (from - range->begin);
		access.size = to - from;
		read_value(t, from, &access);
		tell(s, t, &access, t->event ? races_site(s, &t->event->place) : 0, s->log->count);
	}
}

static bool is_mapped(const struct supervisor *s, uint64_t object)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct process *p = s->tracees[i]->process;

		for (size_t j = 0; s->tracees[i]->state != ENDED && j < p->shared_count; j++)
			if (p->shared[j].object == object)
				return true;
	}
	return false;
}

/* Two such calls do not race: the kernel makes each in one step, as far as a file goes. */
void races_file_used(struct supervisor *s, struct tracee *t, const char *id, int64_t n, bool writes)
{
	bool at = t->call->nr == SYS_pread64 || t->call->nr == SYS_pwrite64;
	struct race_access access = {.object = races_key(s, id, 0),
		.size = (uint64_t)n,
		.kind = writes ? RACE_ATOMIC_WRITE : RACE_ATOMIC_READ};
	int64_t end;

	if ((!object_is(id, "file") && !object_is(id, "shm") && !object_is(id, "memfd")) ||
		!is_mapped(s, access.object))
		return;
	end = at ? (int64_t)arch_argument(&t->entry, 3) + n
		 : races_position(t, (int)arch_argument(&t->entry, 0), SEEK_CUR);
	if (end < n)
		return;
	access.offset = (uint64_t)(end - n);
	tell(s, t, &access, t->event ? races_site(s, &t->event->place) : 0, s->log->count);
}
