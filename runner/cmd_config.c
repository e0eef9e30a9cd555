/* ipclab config: the settings that hold, and who said so, as the file that would say the same. */
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/session/edit_command.h"
#include "runner/settings.h"

struct config_options {
	bool create;
};

/* As YAML: in single quotes where it is no plain word. */
static void put_value(struct buf *into, const char *value)
{
	if (value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0') {
		buf_puts(into, value);
		return;
	}
	buf_putc(into, '\'');
	for (; *value; value++)
		buf_puts(into, *value == '\'' ? "''" : (const char[]){*value, '\0'});
	buf_putc(into, '\'');
}

/* As a comment, broken at column 80. */
static void put_words(struct buf *into, const char *text)
{
	size_t column = 80;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column + 1 + word > 78) {
			buf_puts(into, "\n#");
			column = 1;
		}
		buf_printf(into, " %.*s", (int)word, text);
		column += 1 + word;
		text += word + (text[word] == ' ');
	}
}

/* What nobody has set stands there as a comment, to be made a line. */
static void put_setting(struct buf *into, enum setting which)
{
	const struct setting_row *row = &setting_rows[which];
	const char *value = settings_get(which), *from = settings_from(which);
	const char *used = value ? value : edit_command_chosen(&from, NULL);
	LAB_FREE char *words = lab_xprintf("%c%s.%s%s", toupper((unsigned char)*row->help),
		row->help + 1, row->values ? " One of " : "", row->values ? row->values : "");

	buf_putc(into, '\n');
	put_words(into, words);
	if (from)
		buf_printf(into, "\n# Now from %s.", from);
	else if (!value && used)
		buf_puts(into, "\n# Found on this machine.");
	buf_printf(into, "\n%s%s: ", settings_from(which) ? "" : "# ", row->name);
	put_value(into, used ? used : "nano +{line} {file}");
	buf_putc(into, '\n');
}

static void put_file(struct buf *into)
{
	const char *path = settings_path();

	buf_puts(into, "# Settings of ipclab. The command line comes before the environment, the "
		       "environment\n# before the file");
	if (path)
		buf_printf(into, " %s", path);
	buf_puts(into, !path || !path_exists(path) ? ", which is not there.\n" : ".\n");
	for (int i = 0; i < SETTING_COUNT; i++)
		put_setting(into, (enum setting)i);
}

/* Never over one that is there. */
static int create(const struct buf *text, struct lab_error *e)
{
	const char *path = settings_path();
	LAB_FREE char *folder =
		path ? lab_xprintf("%.*s", (int)(path_base(path) - path), path) : NULL;
	FD_SCOPED fd = -1;

	if (!path)
		return lab_fail(
			e, LAB_USAGE, "config: HOME is not set, so there is no folder for it");
	if (path_exists(path))
		return lab_fail(
			e, LAB_USAGE, "config: \"%s\" is there already, and stays as it is", path);
	if (path_mkdirs(folder, 0777, e) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || fd_write_all(fd, text->data, text->len) < 0)
		return lab_fail_errno(e, LAB_USAGE, "write \"%s\"", path);
	output_name(stdout, path);
	puts(" written. Take the # away from a line to set what it says.");
	return 0;
}

/* All but the last are told here. */
static int tell_faults(struct lab_error *e)
{
	const char *line = settings_faults();

	while (*line) {
		int len = (int)strcspn(line, "\n");
		const char *next = line + len + 1;

		if (!*next)
			return lab_fail(e, LAB_USAGE, "%.*s", len, line);
		output_complain("%.*s", len, line);
		line = next;
	}
	return 0;
}

static int config_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct config_options *options = call->options;
	BUF_SCOPED text = BUF_INIT;

	put_file(&text);
	if (options->create && create(&text, e) < 0)
		return -1;
	if (!options->create)
		fputs(buf_text(&text), stdout);
	return tell_faults(e);
}

static const struct cmd_option config_rows[] = {
	{"create", CMD_FLAG, NULL, offsetof(struct config_options, create),
		"write the file, to be filled in, unless there is one"},
	{0},
};

const struct cmd cmd_config = {
	.name = "config",
	.synopsis = "",
	.summary = "show your settings, and where each comes from",
	.text = "A setting is given as an option of the lab (ipclab --colours=16), in the "
		"environment\n"
		"(IPCLAB_COLOURS=16) or in the configuration file (colours: 16), which is\n"
		"$XDG_CONFIG_HOME/ipclab/config.yaml, or ~/.config/ipclab/config.yaml. The first "
		"of\n"
		"these that says something holds. What is wrong in the file is told with its line "
		"and\n"
		"column, and everything else in it holds all the same. What this command prints is "
		"such\n"
		"a file.\n",
	.options = config_rows,
	.options_size = sizeof(struct config_options),
	.operands_most = 0,
	.exec = config_exec,
};
