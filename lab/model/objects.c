/* Objects, who has taken what of them, and locks. See state.h. */
#include "config.h"

#include <string.h>

#include "lab/base/buf.h"
#include "lab/model/state.h"

/* LIST with room for one more than COUNT: it grows at powers of two. */
#define ROOM_FOR_ONE(list, count)                                                                  \
	do {                                                                                       \
		if (((count) & ((count)-1)) == 0)                                                  \
			(list) =                                                                   \
				lab_xrealloc((list), ((count) ? (count)*2 : 1) * sizeof(*(list))); \
	} while (0)

static struct model_object *find(const struct model *m, const char *id)
{
	for (size_t i = 0; i < m->object_count; i++)
		if (strcmp(m->objects[i].id, id) == 0)
			return &m->objects[i];
	return NULL;
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
	ROOM_FOR_ONE(m->objects, m->object_count);
	o = &m->objects[m->object_count++];
	*o = (struct model_object){.id = id, .made = e, .value = INT64_MIN};
	return o;
}

struct model_use *model_use_get(struct model *m, const char *object, int64_t number, int task)
{
	struct model_use *u;

	for (size_t i = 0; i < m->use_count; i++) {
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
