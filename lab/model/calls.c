/*
 * What a call that returned means for the state: one row a call, in the tables of those who know.
 * Names and arguments are those that the supervisor logs.
 */
#include "config.h"

#include <string.h>

#include "lab/model/state.h"

static const struct model_rule *const tables[] = {
	model_file_rules, model_sync_rules, model_signal_rules};

bool model_says(const struct event *e, const char *key, const char *word)
{
	const char *text = event_text(e, key);

	return text && strstr(text, word);
}

void model_made_here(struct model *m, const struct event *e, const char *id)
{
	struct model_object *o = id ? model_object_get(m, id, e) : NULL;

	if (!o || o->made_known)
		return;
	o->made = e;
	o->made_known = true;
}

static const struct model_rule *rule_of(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct model_rule *r = tables[i]; r->name; r++)
			if (r->name[0] == name[0] && strcmp(r->name, name) == 0)
				return r;
	return NULL;
}

/* A close that fails has closed all the same, unless there was nothing to close (close(2)). */
static bool closed_anyway(const struct event *e)
{
	const char *err = event_text(e, "err");

	return err && strcmp(e->name, "close") == 0 && strcmp(err, "EBADF") != 0;
}

void model_apply_call(struct model *m, const struct event *e)
{
	const struct model_rule *rule = rule_of(e->name);
	const char *id = event_text(e, "obj");
	struct model_object *o;

	if ((event_has(e, "err") || event_int(e, "ret", 0) < 0) && !closed_anyway(e))
		return;
	o = id ? model_object_get(m, id, e) : NULL;
	if (rule)
		rule->apply(m, e, o);
}
