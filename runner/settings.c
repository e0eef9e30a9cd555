/* How the student wants the lab: see settings.h. */
#include "config.h"

#include "runner/settings.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/values/values.h"

enum { FILE_MOST = 1 << 16 };

const struct setting_row setting_rows[SETTING_COUNT] = {
	[SETTING_EDIT_CMD] = {"edit-cmd", NULL, "CMD", "IPCLAB_EDIT_CMD",
		"the command that opens your editor, with {file}, {line} and {column} where they "
		"belong: \"code -g {file}:{line}\""},
	[SETTING_COLOURS] = {"colours", "auto|256|16|8|none", NULL, "IPCLAB_COLOURS",
		"at most so many colours; auto: as many as the terminal has"},
	[SETTING_BACKGROUND] = {"background", "auto|light|dark", NULL, "IPCLAB_BACKGROUND",
		"what the colours must be read on; auto: as COLORFGBG says, else they suit both"},
	[SETTING_DRAWING] = {"drawing", "auto|utf-8|ascii", NULL, "IPCLAB_DRAWING",
		"the signs that it draws with; auto: as the locale says"},
	[SETTING_MOUSE] = {"mouse", "yes|no", NULL, "IPCLAB_MOUSE",
		"whether the lab takes the mouse; without, the terminal marks and copies"},
	[SETTING_PLAIN] = {"plain", "no|yes", NULL, "IPCLAB_PLAIN",
		"the lab line by line, in words: for screen readers and simple terminals"},
};

static struct {
	char *value, *from;
} now[SETTING_COUNT];
static struct buf faults;
static char *path;

/* ---- values ---- */

/* Both spellings of YAML for yes and no. */
static const char *spelling(const char *value)
{
	static const char *const same[][2] = {
		{"true", "yes"}, {"on", "yes"}, {"false", "no"}, {"off", "no"}};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(value, same[i][0]) == 0)
			return same[i][1];
	return value;
}

/* Is VALUE one of LIST, "a|b|c"? */
static bool is_in(const char *list, const char *value)
{
	size_t len = strlen(value);

	for (const char *p = list; *p; p += *p == '|') {
		size_t n = strcspn(p, "|");

		if (n == len && strncmp(p, value, n) == 0)
			return true;
		p += n;
	}
	return false;
}

/* "auto, 256 or none" of "auto|256|none" */
static char *in_words(const char *list)
{
	struct buf words = BUF_INIT;

	for (const char *p = list; *p; p += *p == '|') {
		size_t n = strcspn(p, "|");

		buf_puts(&words, p == list ? "" : p[n] ? ", " : " or ");
		buf_add(&words, p, n);
		p += n;
	}
	return buf_take(&words);
}

/* The first {word} of a command that is none of ours, or NULL. ${HOME} and {a,b} are the shell's.
 */
static const char *strange_place(const char *command, size_t *len)
{
	for (const char *p = command; (p = strchr(p, '{')); p++) {
		*len = 2 + strspn(p + 1, "abcdefghijklmnopqrstuvwxyz");
		if (*len == 2 || p[*len - 1] != '}' || (p > command && p[-1] == '$'))
			continue;
		if (strncmp(p, "{file}", *len) && strncmp(p, "{line}", *len) &&
			strncmp(p, "{column}", *len))
			return p;
	}
	return NULL;
}

/* What is wrong with VALUE, for the caller to free; NULL: nothing. */
static char *complaint(enum setting which, const char *value)
{
	const struct setting_row *row = &setting_rows[which];
	LAB_FREE char *words = row->values ? in_words(row->values) : NULL;
	const char *strange;
	size_t len;

	if (row->values)
		return is_in(row->values, value)
			       ? NULL
			       : lab_xprintf("is \"%s\", expected %s", value, words);
	if (value[strspn(value, " \t")] == '\0')
		return lab_xprintf("is empty, expected a command");
	strange = strange_place(value, &len);
	return strange ? lab_xprintf("has %.*s, expected {file}, {line} and {column} only",
				 (int)len, strange)
		       : NULL;
}

static void put(enum setting which, const char *value, const char *from)
{
	free(now[which].value);
	free(now[which].from);
	now[which].value = lab_xstrdup(value);
	now[which].from = lab_xstrdup(from);
}

/* ---- where they come from ---- */

static int read_setting(struct value_reader *r, const yaml_node_t *node)
{
	enum setting which = (enum setting)r->key;
	const struct setting_row *row = &setting_rows[which];
	LAB_FREE char *text = NULL, *wrong = NULL, *from = NULL;
	const char *value;

	if (value_read_line(r, node, row->name, &text) < 0)
		return -1;
	value = row->values ? spelling(text) : text;
	wrong = complaint(which, value);
	if (wrong)
		return value_fail_at(r, node, "%s %s", row->name, wrong);
	from = lab_xprintf("%s:%zu", r->path, node->start_mark.line + (size_t)r->first_line);
	put(which, value, from);
	return 0;
}

static void read_file(void)
{
	struct value_key keys[SETTING_COUNT];
	struct lab_error e = {0};
	BUF_SCOPED text = BUF_INIT;
	struct value_reader r = {
		.path = path,
		.first_line = 1,
		.whole = "the file",
		.may_be_empty = true,
		.kind = LAB_USAGE,
		.faults = &faults,
	};

	for (int i = 0; i < SETTING_COUNT; i++)
		keys[i] = (struct value_key){setting_rows[i].name, false, read_setting};
	if (!path || !path_exists(path))
		return;
	if (file_read(path, &text, FILE_MOST, &e) < 0)
		buf_printf(&faults, "%s\n", e.text);
	else
		value_read_keys(&r, buf_text(&text), text.len, keys, SETTING_COUNT);
}

static void read_environment(void)
{
	const char *no = getenv("NO_COLOR");

	if (no && *no)
		put(SETTING_COLOURS, "none", "NO_COLOR");
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting_row *row = &setting_rows[i];
		const char *text = getenv(row->variable);
		const char *value = text && row->values ? spelling(text) : text;
		LAB_FREE char *wrong = NULL;

		if (!text || !*text)
			continue;
		wrong = complaint((enum setting)i, value);
		if (wrong)
			buf_printf(&faults, "%s %s\n", row->variable, wrong);
		else
			put((enum setting)i, value, row->variable);
	}
}

/* https://specifications.freedesktop.org/basedir-spec: a path that is not absolute is none. */
static char *find_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (base && *base == '/')
		return path_join(base, "ipclab/config.yaml");
	return home && *home == '/' ? path_join(home, ".config/ipclab/config.yaml") : NULL;
}

void settings_read(void)
{
	path = find_path();
	read_file();
	read_environment();
}

int settings_give(enum setting which, const char *value, struct lab_error *e)
{
	const char *known = setting_rows[which].values ? spelling(value) : value;
	LAB_FREE char *wrong = complaint(which, known);

	if (wrong)
		return lab_fail(e, LAB_USAGE, "--%s %s", setting_rows[which].name, wrong);
	put(which, known, "the command line");
	return 0;
}

/* ---- what holds ---- */

const char *settings_get(enum setting which)
{
	static char standard[16];
	const char *values = setting_rows[which].values;

	if (now[which].value || !values)
		return now[which].value;
	snprintf(standard, sizeof(standard), "%.*s", (int)strcspn(values, "|"), values);
	return standard;
}

bool settings_is(enum setting which, const char *value)
{
	const char *holds = settings_get(which);

	return holds && strcmp(holds, value) == 0;
}

const char *settings_from(enum setting which)
{
	return now[which].from;
}

const char *settings_faults(void)
{
	return buf_text(&faults);
}

const char *settings_path(void)
{
	return path;
}
