/*
 * What lies in the semaphores of a System V set, and in shared memory: a cell for each that the log
 * has told of. See model.h.
 *
 * A set of this run begins with zeros (semget(2) leaves that open; Linux has zeros). What is known
 * of a value is lost where a call sets values that it does not tell.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/model/state.h"

enum { CELLS_MOST = 4096 }; /* of all objects: whoever has more looks at few of them */

/* Where the cell of OBJECT at AT stands, or would stand. */
static size_t place_of(const struct model *m, const char *object, int64_t at)
{
	size_t i = 0;

	while (i < m->cell_count && strcmp(m->cells[i].object, object) != 0)
		i++;
	while (i < m->cell_count && strcmp(m->cells[i].object, object) == 0 && m->cells[i].at < at)
		i++;
	return i;
}

const struct model_cell *model_cell(const struct model *m, const char *object, int64_t at)
{
	size_t i = object ? place_of(m, object, at) : m->cell_count;
	const struct model_cell *cell = i < m->cell_count ? &m->cells[i] : NULL;

	return cell && cell->at == at && strcmp(cell->object, object) == 0 ? cell : NULL;
}

/* NULL: there are too many. Good until the next one is made. */
static struct model_cell *cell_get(struct model *m, const char *object, int64_t at, int64_t n)
{
	size_t i = place_of(m, object, at);

	if (i < m->cell_count && m->cells[i].at == at && strcmp(m->cells[i].object, object) == 0)
		return &m->cells[i];
	if (m->cell_count == CELLS_MOST)
		return NULL;
	ROOM_FOR_ONE(m->cells, m->cell_count);
	memmove(&m->cells[i + 1], &m->cells[i], (m->cell_count - i) * sizeof(*m->cells));
	m->cell_count++;
	m->cells[i] = (struct model_cell){.object = object, .at = at, .n = n};
	return &m->cells[i];
}

/* ---- semaphores of a set ---- */

void model_cells_made(struct model *m, const char *object, int64_t count)
{
	for (int64_t i = 0; i < count && i < CELLS_MOST; i++) {
		struct model_cell *cell = cell_get(m, object, i, 0);

		if (cell)
			cell->known = true;
	}
}

static void set_value(
	struct model *m, const struct event *e, const char *object, int64_t number, int64_t value)
{
	struct model_cell *cell = cell_get(m, object, number, 0);

	if (!cell)
		return;
	cell->value = value;
	cell->known = true;
	cell->written = e;
}

static void see_value(struct model *m, const char *object, int64_t number, int64_t value)
{
	struct model_cell *cell = cell_get(m, object, number, 0);

	if (!cell)
		return;
	cell->value = value;
	cell->known = true;
}

/* Within one step a wait may stand before its post: the value is below 0 then, and soon right. */
void model_cell_add(
	struct model *m, const struct event *e, const char *object, int64_t at, int64_t change)
{
	struct model_cell *cell = cell_get(m, object, at, 0);

	if (!cell)
		return;
	cell->value += change;
	cell->written = e;
}

void model_cells_undo(struct model *m, const struct event *e, int process)
{
	for (size_t i = 0; i < m->use_count; i++) {
		struct model_use *u = &m->uses[i];
		const struct model_task *t = u->undo ? model_task(m, u->task) : NULL;

		if (!t || t->process != process)
			continue;
		model_cell_add(m, e, u->object, u->number, u->undo);
		u->undo = 0;
	}
}

static bool is_command(const struct event *e, const char *name)
{
	const char *cmd = event_text(e, "cmd");

	return cmd && strcmp(cmd, name) == 0;
}

/* values="1 3" */
static void set_values(struct model *m, const struct event *e, const char *object)
{
	const char *p = event_text(e, "values");
	int64_t number = 0;

	for (size_t i = 0; !p && i < m->cell_count; i++)
		if (strcmp(m->cells[i].object, object) == 0)
			m->cells[i].known = false;
	while (p && *p) {
		char *end;
		long value = strtol(p, &end, 10);

		if (end == p)
			return;
		set_value(m, e, object, number++, value);
		p = end + (*end == ' ');
	}
}

void model_apply_semctl(struct model *m, const struct event *e, struct model_object *o)
{
	int64_t number = event_int(e, "number", 0);

	if (!o)
		return;
	if (is_command(e, "SETVAL") && event_has(e, "value"))
		set_value(m, e, o->id, number, event_int(e, "value", 0));
	else if (is_command(e, "GETVAL"))
		see_value(m, o->id, number, event_int(e, "ret", 0));
	else if (is_command(e, "SETALL") || is_command(e, "SETVAL") || !event_text(e, "cmd"))
		set_values(m, e, o->id);
}

/* ---- shared memory ---- */

static bool writes(const char *name)
{
	return strstr(name, "write") || strstr(name, "update");
}

/* What was read is there, too: whoever wrote it before the log began. */
void model_apply_access(struct model *m, const struct event *e, const char *object)
{
	int64_t n = event_int(e, "n", 0);
	struct model_cell *cell =
		object && n > 0 ? cell_get(m, object, event_int(e, "at", 0), n) : NULL;

	if (!cell)
		return;
	cell->n = n;
	cell->known = event_has(e, "value");
	cell->value = event_int(e, "value", 0);
	if (writes(e->name))
		cell->written = e;
}
