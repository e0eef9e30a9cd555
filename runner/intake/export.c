/* The names that platforms give: see export.h. */
#include "config.h"

#include "runner/intake/export.h"

#include <regex.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"

enum { GROUPS_MOST = 6 };

/* A way of naming; which group of the expression has what, 0: none. */
static const struct way {
	const char *pattern;
	bool folder;
	int student, id, late, file;
} ways[] = {
	{"^(.+)_([0-9]+)_assignsubmission_(file|onlinetext)_?$", true, 1, 2, 0, 0},
	{"^(.+)_([0-9]+)_assignsubmission_(file|onlinetext)_(.+)$", false, 1, 2, 0, 4},
	{"^([^_]+)_(LATE_|late_)?([0-9]+)_([0-9]+)_(.+)$", false, 1, 3, 2, 5},
};

static char *copy_of(const char *text, const regmatch_t *m)
{
	return lab_xprintf("%.*s", (int)(m->rm_eo - m->rm_so), text + m->rm_so);
}

bool export_name_read(const char *name, bool folder, struct export_name *out)
{
	*out = (struct export_name){0};
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		const struct way *way = &ways[i];
		regmatch_t groups[GROUPS_MOST];
		regex_t regex;
		int found;

		if (way->folder != folder || regcomp(&regex, way->pattern, REG_EXTENDED) != 0)
			continue;
		found = regexec(&regex, name, GROUPS_MOST, groups, 0);
		regfree(&regex);
		if (found != 0)
			continue;
		out->student = copy_of(name, &groups[way->student]);
		out->id = copy_of(name, &groups[way->id]);
		out->late = way->late && groups[way->late].rm_so >= 0;
		out->file = way->file ? copy_of(name, &groups[way->file]) : NULL;
		return true;
	}
	return false;
}

void export_name_done(struct export_name *n)
{
	free(n->student);
	free(n->id);
	free(n->file);
	*n = (struct export_name){0};
}
