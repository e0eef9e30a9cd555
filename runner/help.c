/*
 * --help, --version and the man page: three printers of the same texts, which stand in the rows of
 * the subcommands (cmd.h) and in the tables below.
 */
#include "config.h"

#include "runner/cmd.h"

#include <string.h>

#include "lab/base/buf.h"
#include "runner/lab_options.h"
#include "runner/settings.h"

static const char about[] =
	"A terminal lab for Unix processes and their communication. Without a command it opens "
	"the\n"
	"lab: pick an exercise, edit it, and on every save it is compiled, run and graded.\n";

struct row {
	const char *name, *help;
};

static const struct row exit_codes[] = {
	{"0", "pass: what was asked for is done, every check passed"},
	{"1", "fail: a check failed, or verify found problems"},
	{"2", "usage: the command line, or a file that it names, is not usable"},
	{"3", "the lab or the course is at fault (broken), never the student"},
	{"4", "this machine cannot do it; ipclab doctor says why"},
	{"120", "trace and run: the supervisor ended the program (deadlock, limit)"},
	{"125", "trace and run: the lab failed, or the program could not be started"},
	{"130", "cancelled with Ctrl-C (128 + the number of the signal)"},
};

static const struct row environment[] = {
	{"CC", "the compiler for submissions"},
	{"NO_COLOR", "if set and not empty, no colours"},
	{"TMPDIR", "where work in progress lies; nothing stays there"},
	{"VISUAL, EDITOR", "the editor that the lab opens, unless a setting names one"},
	{"COLORFGBG", "whether the terminal is light or dark, as some terminals set it"},
	{"IPCLAB_COURSE", "the course, instead of the installed one (see --course)"},
	{"IPCLAB_JUDGES", "the folder of its compiled tests"},
};

static const struct row files[] = {
	{"$XDG_CONFIG_HOME/ipclab/config.yaml",
		"your settings (without XDG_CONFIG_HOME: ~/.config/ipclab/config.yaml), see the "
		"command config"},
	{"WORKSPACE/CHAPTER/EXERCISE", "the files of an exercise, and its text, README.md"},
	{"WORKSPACE/.ipclab", "what you have done, and what came of it"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const struct cmd_option cmd_common_rows[] = {
	{.name = "help", .help = "print this help and exit"},
	{.name = "version", .help = "print the version and exit"},
	{0},
};

const struct cmd_option cmd_print_rows[] = {
	{.name = "man", .help = "print the man page (for man -l -) and exit"},
	{.name = "completion",
		.value = "bash|zsh|fish",
		.help = "print what this shell needs to complete ipclab's words, and exit"},
	{0},
};

/* TEXT in a column that begins at INDENT, broken before column 80. */
static void print_column(FILE *out, const char *text, int indent)
{
	int column = indent;

	while (*text) {
		int word = (int)strcspn(text, " ");

		if (column > indent && column + 1 + word > 79) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		}
		column += fprintf(out, "%s%.*s", column > indent ? " " : "", word, text);
		text += word;
		text += strspn(text, " ");
	}
	putc('\n', out);
}

/* Lines up to an empty one are one paragraph, broken anew; lines that begin with white space stand
 * as they are. */
static void print_paragraphs(FILE *out, const char *text)
{
	while (*text) {
		BUF_SCOPED paragraph = BUF_INIT;

		while (*text && *text != '\n' && *text != ' ') {
			size_t len = strcspn(text, "\n");

			if (paragraph.len > 0)
				buf_putc(&paragraph, ' ');
			buf_add(&paragraph, text, len);
			text += len + (text[len] == '\n');
		}
		if (paragraph.len > 0) {
			print_column(out, buf_text(&paragraph), 0);
		} else {
			size_t len = strcspn(text, "\n");

			fprintf(out, "%.*s\n", (int)len, text);
			text += len + (text[len] == '\n');
		}
	}
}

static void print_row(FILE *out, const char *name, const char *help, int indent)
{
	int used = fprintf(out, "  %s", name);

	if (used + 2 > indent)
		fprintf(out, "\n%*s", indent, "");
	else
		fprintf(out, "%*s", indent - used, "");
	print_column(out, help, indent);
}

static void print_option(FILE *out, const struct cmd_option *o)
{
	LAB_FREE char *name =
		lab_xprintf("--%s%s%s", o->name, o->value ? "=" : "", o->value ? o->value : "");

	print_row(out, name, o->help, 24);
}

static void print_options(FILE *out, const struct cmd_option *list)
{
	for (const struct cmd_option *o = list; o && o->name; o++)
		print_option(out, o);
}

static const char *space_before(const char *text)
{
	return *text ? " " : "";
}

void cmd_print_help(FILE *out, const struct cmd *cmd)
{
	fprintf(out, "Usage: ipclab %s [OPTION]...%s%s\n%c%s.\n", cmd->name,
		space_before(cmd->synopsis), cmd->synopsis, cmd->summary[0] - 'a' + 'A',
		cmd->summary + 1);
	if (*cmd->text)
		putc('\n', out);
	print_paragraphs(out, cmd->text);
	fputs("\nOptions:\n", out);
	print_options(out, cmd->options);
	print_options(out, cmd_common_rows);
}

void cmd_print_main_help(FILE *out)
{
	fprintf(out, "Usage: ipclab [OPTION]...\n"
		     "  or:  ipclab COMMAND [OPTION]... [OPERAND]...\n");
	print_paragraphs(out, about);
	fputs("\nCommands:\n", out);
	for (const struct cmd *const *c = cmd_table; *c; c++)
		print_row(out, (*c)->name, (*c)->summary, 12);
	fputs("\nOptions:\n", out);
	print_options(out, lab_options_rows());
	print_options(out, cmd_print_rows);
	print_options(out, cmd_common_rows);
	fputs("\nExit codes:\n", out);
	for (size_t i = 0; i < COUNT(exit_codes); i++)
		print_row(out, exit_codes[i].name, exit_codes[i].help, 8);
	fputs("\nEnvironment:\n", out);
	for (size_t i = 0; i < COUNT(environment); i++)
		print_row(out, environment[i].name, environment[i].help, 18);
	print_row(out, "IPCLAB_NAME", "the setting NAME, see \"ipclab config --help\"", 18);
	fputs("\n\"ipclab COMMAND --help\" tells more about each command.\n", out);
}

void cmd_print_version(FILE *out)
{
	fputs("ipclab " PACKAGE_VERSION "\n"
	      "License GPL-3.0-or-later; course texts CC BY-SA 4.0.\n"
	      "This is free software: you may change and redistribute it. There is no warranty.\n",
		out);
}

/* How far the word goes that begins at P. */
static size_t word_length(const char *p)
{
	return strcspn(p, " \n");
}

/* Text for man(7): dashes that can be copied, no line that could be a request, and none that is
 * long, unless it must stand as it is. */
static void man_put(FILE *out, const char *text, bool literal)
{
	size_t column = 0;

	for (const char *p = text; *p; p++) {
		size_t next = word_length(p + 1);

		if (!literal && *p == ' ' && next > 0 && column > 0 && column + 1 + next > 72) {
			putc('\n', out);
			column = 0;
			continue;
		}
		if (column == 0 && (*p == '.' || *p == '\''))
			fputs("\\&", out);
		if (column == 0 && *p == '\n')
			fputs(".PP", out);
		if (*p == '\\')
			fputs("\\e", out);
		else if (*p == '-')
			fputs("\\-", out);
		else
			putc(*p, out);
		column = *p == '\n' ? 0 : column + 1;
	}
}

static void man_text(FILE *out, const char *text)
{
	man_put(out, text, false);
}

/* As man_text, but lines that begin with white space stand as they are. */
static void man_paragraphs(FILE *out, const char *text)
{
	bool literal = false;

	while (*text) {
		size_t len = strcspn(text, "\n");
		LAB_FREE char *line = lab_xprintf("%.*s\n", (int)len, text);
		bool indented = *line == ' ' || *line == '\t';

		if (indented != literal) {
			fputs(indented ? ".PP\n.EX\n" : ".EE\n", out);
			literal = indented;
		}
		man_put(out, line, indented);
		text += len + (text[len] == '\n');
	}
	if (literal)
		fputs(".EE\n", out);
}

static void man_row(FILE *out, const char *name, const char *help)
{
	fputs(".TP\n.B ", out);
	man_text(out, name);
	putc('\n', out);
	man_text(out, help);
	putc('\n', out);
}

/* A word of its own in italics, or the values that there are, as they are typed. */
static void man_value(FILE *out, const char *value)
{
	fputs(strchr(value, '|') ? " =" : " =\\fI", out);
	man_text(out, value);
	if (!strchr(value, '|'))
		fputs("\\fP", out);
}

static void man_options(FILE *out, const struct cmd_option *list)
{
	for (const struct cmd_option *o = list; o && o->name; o++) {
		fputs(".TP\n.BR \\-\\-", out);
		man_text(out, o->name);
		if (o->value)
			man_value(out, o->value);
		putc('\n', out);
		man_text(out, o->help);
		putc('\n', out);
	}
}

static void man_command(FILE *out, const struct cmd *cmd)
{
	fprintf(out, ".SS \"%s \\fR[\\fIOPTION\\fR]...%s%s\"\n", cmd->name,
		space_before(cmd->synopsis), cmd->synopsis);
	man_text(out, cmd->summary);
	fputs(".\n", out);
	if (*cmd->text) {
		fputs(".PP\n", out);
		man_paragraphs(out, cmd->text);
	}
	man_options(out, cmd->options);
}

void cmd_print_man(FILE *out)
{
	fputs(".TH IPCLAB 1 \"" LAB_DATE "\" \"ipclab " PACKAGE_VERSION "\" \"User Commands\"\n"
	      ".SH NAME\nipclab \\- a terminal lab for Unix processes and their communication\n"
	      ".SH SYNOPSIS\n.B ipclab\n.RI [ OPTION ]...\n.br\n"
	      ".B ipclab\n.I COMMAND\n.RI [ OPTION ]...\n.RI [ OPERAND ]...\n"
	      ".SH DESCRIPTION\n",
		out);
	man_text(out, about);
	fputs(".SH OPTIONS\nOf the lab itself, without a command:\n", out);
	man_options(out, lab_options_rows());
	man_options(out, cmd_print_rows);
	fputs(".SH COMMANDS\n", out);
	for (const struct cmd *const *c = cmd_table; *c; c++)
		man_command(out, *c);
	fputs(".SS \"every command\"\n", out);
	man_options(out, cmd_common_rows);
	fputs(".SH EXIT STATUS\n", out);
	for (size_t i = 0; i < COUNT(exit_codes); i++)
		man_row(out, exit_codes[i].name, exit_codes[i].help);
	fputs(".SH ENVIRONMENT\n", out);
	for (size_t i = 0; i < COUNT(environment); i++)
		man_row(out, environment[i].name, environment[i].help);
	for (int i = 0; i < SETTING_COUNT; i++) {
		LAB_FREE char *help = lab_xprintf("as --%s", setting_rows[i].name);

		man_row(out, setting_rows[i].variable, help);
	}
	fputs(".SH FILES\n", out);
	for (size_t i = 0; i < COUNT(files); i++)
		man_row(out, files[i].name, files[i].help);
	fputs(".SH SEE ALSO\n.BR ipclab\\-exercise (5)\n", out);
}
