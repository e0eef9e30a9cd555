/*
 * The table of subcommands and the parser of their options. What a command can be told stands in
 * its own row; here is only how it is read.
 */
#include "config.h"

#include "runner/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"

const struct cmd *const cmd_table[] = {
	&cmd_init,
	&cmd_list,
	&cmd_lesson,
	&cmd_check,
	&cmd_run,
	&cmd_hint,
	&cmd_reset,
	&cmd_solution,
	&cmd_diff,
	&cmd_attempts,
	&cmd_pack,
	&cmd_trace,
	&cmd_timeline,
	&cmd_config,
	&cmd_doctor,
	&cmd_verify,
	&cmd_grade,
	&cmd_merge,
	&cmd_new,
	&cmd_package,
	NULL,
};

/* getopt_long's value for the row of an option; 'h' and 'V' and '?' lie below. */
enum { FIRST_ROW = 1000 };

const struct cmd *cmd_find(const char *name)
{
	for (const struct cmd *const *c = cmd_table; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

static size_t option_count(const struct cmd *cmd)
{
	size_t n = 0;

	while (cmd->options && cmd->options[n].name)
		n++;
	return n;
}

/* The rows as getopt_long wants them, with --help and --version; the caller frees. */
static struct option *long_options(const struct cmd *cmd)
{
	size_t n = option_count(cmd);
	struct option *list = lab_xmalloc((n + 3) * sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){
			.name = cmd->options[i].name,
			.has_arg = cmd->options[i].value ? required_argument : no_argument,
			.val = FIRST_ROW + (int)i,
		};
	list[n] = (struct option){.name = "help", .val = 'h'};
	list[n + 1] = (struct option){.name = "version", .val = 'V'};
	return list;
}

/* The row of what getopt_long returned, or says in optopt; NULL: none of the command's own. */
static const struct cmd_option *row_of(const struct cmd *cmd, int got)
{
	if (got >= FIRST_ROW)
		return &cmd->options[got - FIRST_ROW];
	if (got <= 0 || !cmd->letters || !strchr(cmd->letters, got))
		return NULL;
	for (const struct cmd_option *o = cmd->options; o->name; o++)
		if (o->name[0] == got)
			return o;
	return NULL;
}

/* As getopt_long wants them; the caller frees. */
static char *short_options(const struct cmd *cmd)
{
	struct buf list = BUF_INIT;

	buf_puts(&list, cmd->takes_program ? "+:h" : ":h");
	for (const char *l = cmd->letters; l && *l; l++)
		buf_printf(&list, "%c%s", *l, row_of(cmd, *l)->value ? ":" : "");
	return buf_take(&list);
}

static int parse_number(const struct cmd *cmd, const struct cmd_option *row, const char *text,
	struct cmd_number *number, struct lab_error *e)
{
	char *end;

	errno = 0;
	number->value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno)
		return lab_fail(e, LAB_USAGE, "%s: --%s wants a number, not \"%s\"", cmd->name,
			row->name, text);
	number->given = true;
	return 0;
}

static int store(const struct cmd *cmd, const struct cmd_option *row, void *options,
	const char *text, struct lab_error *e)
{
	void *at = (char *)options + row->offset;

	switch (row->type) {
	case CMD_FLAG:
		*(bool *)at = true;
		return 0;
	case CMD_TEXT:
		if (!*text)
			return lab_fail(e, LAB_USAGE, "%s: --%s is empty; it wants a %s", cmd->name,
				row->name, row->value);
		*(const char **)at = text;
		return 0;
	case CMD_NUMBER:
		return parse_number(cmd, row, text, at, e);
	}
	return 0;
}

/* WORD is no option of CMD, or the beginning of several. */
static int refuse_word(const struct cmd *cmd, const char *word, struct lab_error *e)
{
	BUF_SCOPED fits = BUF_INIT;
	const char *name = word + strspn(word, "-");
	size_t n = strcspn(name, "=");

	for (const struct cmd_option *o = cmd->options; o && o->name; o++)
		if (n > 0 && strncmp(o->name, name, n) == 0)
			buf_printf(&fits, "%s--%s", fits.len ? " or " : "", o->name);
	if (fits.len > 0)
		return lab_fail(
			e, LAB_USAGE, "%s: \"%s\" could be %s", cmd->name, word, buf_text(&fits));
	return lab_fail(e, LAB_USAGE, "%s: there is no option \"%s\"", cmd->name, word);
}

/* FAULT: '?' or ':' as getopt_long returned it; WORD: what it was reading. */
static int refuse(const struct cmd *cmd, int fault, const char *word, struct lab_error *e)
{
	const struct cmd_option *row = row_of(cmd, optopt);
	char letter[] = {'-', (char)optopt, '\0'};

	if (fault == ':' && row)
		return lab_fail(e, LAB_USAGE, "%s: --%s wants a value: --%s=%s", cmd->name,
			row->name, row->name, row->value);
	if (row || optopt == 'h' || optopt == 'V')
		return lab_fail(
			e, LAB_USAGE, "%s: \"%s\": this option takes no value", cmd->name, word);
	return refuse_word(cmd, optopt ? letter : word, e);
}

static int check_operands(const struct cmd *cmd, int count, char **operands, struct lab_error *e)
{
	if (cmd->operands_most < 0 || count <= cmd->operands_most)
		return 0;
	return lab_fail(e, LAB_USAGE, "%s: \"%s\" is one operand too many", cmd->name,
		operands[cmd->operands_most]);
}

int cmd_parse(const struct cmd *cmd, int argc, char **argv, void *options, int *first, FILE *out,
	struct lab_error *e)
{
	LAB_FREE struct option *list = long_options(cmd);
	LAB_FREE char *letters = short_options(cmd);
	int got;

	optind = 0; /* glibc: start afresh */
	opterr = 0;
	for (;;) {
		int at = optind ? optind : 1;

		got = getopt_long(argc, argv, letters, list, NULL);
		if (got < 0)
			break;
		if (got == 'h') {
			cmd_print_help(out, cmd);
			return 1;
		}
		if (got == 'V') {
			cmd_print_version(out);
			return 1;
		}
		if (got == '?' || got == ':')
			return refuse(cmd, got, argv[optind > at ? optind - 1 : at], e);
		if (store(cmd, row_of(cmd, got), options, optarg, e) < 0)
			return -1;
	}
	*first = optind;
	return check_operands(cmd, argc - optind, argv + optind, e);
}
