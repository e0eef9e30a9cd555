/* The options of the lab itself: see lab_options.h. Each setting is one. */
#include "config.h"

#include "runner/lab_options.h"

#include <string.h>

#include "runner/settings.h"

enum { OWN = 2 };

static const struct cmd_option own[OWN] = {
	{"course", CMD_TEXT, "DIR", offsetof(struct lab_options, course),
		"open the lab on the course in DIR"},
	{"work", CMD_TEXT, "DIR", offsetof(struct lab_options, work),
		"work in DIR instead of the workspace that you are in, or ~/ipclab"},
};

/* --plain says it all; the others want a value. */
static struct cmd_option row_of(enum setting which)
{
	const struct setting_row *s = &setting_rows[which];

	if (which == SETTING_PLAIN)
		return (struct cmd_option){.name = s->name, .type = CMD_FLAG, .help = s->help};
	return (struct cmd_option){.name = s->name,
		.type = CMD_TEXT,
		.value = s->values ? s->values : s->value,
		.help = s->help};
}

const struct cmd_option *lab_options_rows(void)
{
	static struct cmd_option rows[OWN + SETTING_COUNT + 1];

	if (!rows[0].name) {
		memcpy(rows, own, sizeof(own));
		for (int i = 0; i < SETTING_COUNT; i++)
			rows[OWN + i] = row_of((enum setting)i);
	}
	return rows;
}

/* Does WORD name ROW? *VALUE: what stands behind its "=", or NULL. */
static bool is_row(const struct cmd_option *row, const char *word, const char **value)
{
	size_t n = strlen(row->name);

	if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, row->name, n) != 0)
		return false;
	*value = word[2 + n] == '=' ? word + 3 + n : NULL;
	return *value || word[2 + n] == '\0';
}

static int store(struct lab_options *options, size_t row, const char *value, struct lab_error *e)
{
	if (row >= OWN)
		return settings_give((enum setting)(row - OWN), value, e);
	*(const char **)((char *)options + own[row].offset) = value;
	return 0;
}

int lab_options_read(int argc, char **argv, struct lab_options *options, struct lab_error *e)
{
	const struct cmd_option *rows = lab_options_rows();
	int at = 1;

	for (; at < argc; at++) {
		const char *value = NULL;
		size_t i = 0;

		while (rows[i].name && !is_row(&rows[i], argv[at], &value))
			i++;
		if (!rows[i].name)
			break;
		if (rows[i].type == CMD_FLAG && !value)
			value = "yes";
		else if (rows[i].type != CMD_FLAG && !value && at + 1 < argc)
			value = argv[++at];
		if (!value || !*value)
			return lab_fail(e, LAB_USAGE, "--%s wants a value: --%s=%s", rows[i].name,
				rows[i].name, rows[i].value);
		if (store(options, i, value, e) < 0)
			return -1;
	}
	return at;
}
