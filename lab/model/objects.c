/* Objects, who has taken what of them, and locks. See state.h. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/model/state.h"

/* FNV-1a */
static size_t hash(const char *id)
{
	uint32_t h = UINT32_C(0x811c9dc5);

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * UINT32_C(0x01000193);
	return h;
}

/* Where ID stands, or would stand. There is a free slot. */
static uint32_t *slot_of(const struct model *m, const char *id)
{
	size_t mask = m->slot_count - 1, at = hash(id) & mask;

	while (m->object_slots[at] && strcmp(m->objects[m->object_slots[at] - 1].id, id) != 0)
		at = (at + 1) & mask;
	return &m->object_slots[at];
}

static struct model_object *find(const struct model *m, const char *id)
{
	uint32_t number = m->slot_count ? *slot_of(m, id) : 0;

	return number ? &m->objects[number - 1] : NULL;
}

/* At most half of the slots are taken. */
static void make_slots(struct model *m)
{
	if (2 * (m->object_count + 1) <= m->slot_count)
		return;
	free(m->object_slots);
	m->slot_count = m->slot_count ? 2 * m->slot_count : 16;
	m->object_slots = lab_xmalloc(m->slot_count * sizeof(*m->object_slots));
	for (size_t i = 0; i < m->object_count; i++)
		*slot_of(m, m->objects[i].id) = (uint32_t)i + 1;
}

const struct model_object *model_object(const struct model *m, const char *id)
{
	return id ? find(m, id) : NULL;
}

struct model_object *model_object_get(struct model *m, const char *id, const struct event *e)
{
	struct model_object *o = find(m, id);

	if (o || !e)
		return o;
	make_slots(m);
	ROOM_FOR_ONE(m->objects, m->object_count);
	*slot_of(m, id) = (uint32_t)m->object_count + 1;
	o = &m->objects[m->object_count++];
	*o = (struct model_object){.id = id, .made = e, .value = INT64_MIN};
	return o;
}

struct model_use *model_use_get(struct model *m, const char *object, int64_t number, int task)
{
	struct model_use *u;

	for (size_t i = m->use_count; i-- > 0;) { /* who was at it lately is at it again */
		u = &m->uses[i];
		if (u->task == task && u->number == number && strcmp(u->object, object) == 0)
			return u;
	}
	ROOM_FOR_ONE(m->uses, m->use_count);
	u = &m->uses[m->use_count++];
	*u = (struct model_use){.object = object, .number = number, .task = task};
	return u;
}

void model_lock_add(struct model *m, struct model_lock lock)
{
	/* The list also shrinks: its room cannot be told from its length. */
	m->locks = lab_xrealloc(m->locks, (m->lock_count + 1) * sizeof(*m->locks));
	m->locks[m->lock_count++] = lock;
}

void model_locks_drop(struct model *m,
	bool (*match)(const struct model_lock *lock, const void *context), const void *context)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->lock_count; i++)
		if (!match(&m->locks[i], context))
			m->locks[kept++] = m->locks[i];
	m->lock_count = kept;
}
