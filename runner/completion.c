/*
 * Completion for shells: see completion.h. What may stand where is taken from the words that --help
 * uses: an operand or a value called DIR is a folder, a|b|c one of these. Exercises are asked of
 * the program itself when Tab is pressed ("ipclab --complete=WORD"), for courses change.
 */
#include "config.h"

#include "runner/completion.h"

#include <string.h>

#include "lab/base/buf.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/lab_options.h"

/* What may stand in a place. */
enum words { NOTHING, FOLDERS, FILES, PROGRAMS, EXERCISES, LISTED };

static enum words words_of(const char *called)
{
	static const struct {
		const char *part;
		enum words words;
	} table[] = {
		{"|", LISTED}, /* "auto|none"; a " | " of synopses is looked for before */
		{"CHAPTER/", NOTHING},
		{"EXERCISE", EXERCISES},
		{"PROGRAM", PROGRAMS},
		{"PATH", FILES},
		{"DIR", FOLDERS},
		{"FILE", FILES},
		{"LOG", FILES},
	};

	if (!called)
		return NOTHING;
	for (size_t i = strstr(called, " | ") ? 1 : 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strstr(called, table[i].part))
			return table[i].words;
	return NOTHING;
}

/* "a|b" as "a b". */
static void put_listed(FILE *out, const char *values)
{
	for (; *values; values++)
		putc(*values == '|' ? ' ' : *values, out);
}

/* The options of CMD, or of the lab itself (NULL): lists of rows, NULL at the end. */
struct row_lists {
	const struct cmd_option *list[4];
};

static struct row_lists rows_of(const struct cmd *cmd)
{
	if (cmd)
		return (struct row_lists){{cmd->options ? cmd->options : cmd_common_rows,
			cmd->options ? cmd_common_rows : NULL}};
	return (struct row_lists){{lab_options_rows(), cmd_print_rows, cmd_common_rows}};
}

/* Each row O of R. */
#define FOR_ROWS(o, r)                                                 \
	for (const struct cmd_option *const *l_ = (r).list; *l_; l_++) \
		for (const struct cmd_option *o = *l_; o->name; o++)

static void put_commands(FILE *out)
{
	for (const struct cmd *const *c = cmd_table; *c; c++)
		fprintf(out, " %s", (*c)->name);
}

/* Of a help the beginning: a shell has a line for it. */
static char *brief(const char *help)
{
	const char *more = strpbrk(help, ";(:");
	size_t len = more ? (size_t)(more - help) : strlen(help);

	while (len > 0 && help[len - 1] == ' ')
		len--;
	return lab_xprintf("%.*s", (int)len, help);
}

/* ---- bash ---- */

static void put_kind(FILE *out, const char *called)
{
	static const char *const names[] = {[NOTHING] = "nothing",
		[FOLDERS] = "folders",
		[FILES] = "files",
		[PROGRAMS] = "programs",
		[EXERCISES] = "exercises"};
	enum words words = words_of(called);

	if (words != LISTED) {
		fputs(names[words], out);
		return;
	}
	fputs("'words ", out);
	put_listed(out, called);
	putc('\'', out);
}

static void bash_command(FILE *out, const struct cmd *cmd)
{
	const struct row_lists rows = rows_of(cmd);

	fprintf(out, "\t%s)\n\t\toptions='", cmd ? cmd->name : "''");
	FOR_ROWS(o, rows)
	fprintf(out, " --%s%s", o->name, o->value ? "=" : "");
	fputs("'\n\t\tkind=", out);
	if (cmd) {
		put_kind(out, cmd->synopsis);
	} else {
		fputs("'words", out);
		put_commands(out);
		putc('\'', out);
	}
	putc('\n', out);
	if (cmd && cmd->takes_program)
		fputs("\t\tprogram=yes\n", out);
	fputs("\t\tcase $prev in\n", out);
	FOR_ROWS(o, rows)
	if (o->value) {
		fprintf(out, "\t\t--%s) value=", o->name);
		put_kind(out, o->value);
		fputs(" ;;\n", out);
	}
	fputs("\t\tesac\n\t\t;;\n", out);
}

static const char bash_head[] =
	"# Completion of ipclab's words in bash; made by \"ipclab --completion=bash\".\n"
	"_ipclab()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command='' options='' kind='' value='' program='' i\n"
	"\n"
	"\t[[ $cur == = ]] && cur='' # bash takes --option=value for three words\n"
	"\t[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tif ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} != -* ]]; then\n"
	"\t\tcommand=${COMP_WORDS[1]}\n"
	"\tfi\n"
	"\tcase $command in\n";

static const char bash_tail[] =
	"\tesac\n"
	"\t((COMP_CWORD > 1)) && [[ -z $command ]] && kind=\"words $options\"\n"
	"\t[[ $cur == -* ]] && kind=\"words $options\"\n"
	"\tfor ((i = 2; i < COMP_CWORD; i++)); do # what follows a program is its own\n"
	"\t\t[[ -n $program && ${COMP_WORDS[i]} != -* ]] && kind=files\n"
	"\tdone\n"
	"\tkind=${value:-$kind}\n"
	"\tcase $kind in\n"
	"\tfolders | files) compopt -o filenames 2>/dev/null ;;&\n"
	"\tfolders) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
	"\tfiles) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
	"\tprograms) mapfile -t COMPREPLY < <(compgen -cf -- \"$cur\") ;;\n"
	"\texercises) mapfile -t COMPREPLY < <(\"${1/#\\~/$HOME}\" --complete=\"$cur\" "
	"2>/dev/null) ;;\n"
	"\twords*) mapfile -t COMPREPLY < <(compgen -W \"${kind#words}\" -- \"$cur\") ;;\n"
	"\t*) COMPREPLY=() ;;\n"
	"\tesac\n"
	"\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null\n"
	"\treturn 0\n"
	"}\n"
	"complete -F _ipclab ipclab\n";

static void print_bash(FILE *out)
{
	fputs(bash_head, out);
	bash_command(out, NULL);
	for (const struct cmd *const *c = cmd_table; *c; c++)
		bash_command(out, *c);
	fputs(bash_tail, out);
}

/* ---- zsh ---- */

/* In single quotes, with what _arguments and _describe would read as theirs escaped. */
static void zsh_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fprintf(out, strchr("[]:\\", *text) ? "\\%c" : "%c", *text);
	}
}

static void zsh_action(FILE *out, const char *called)
{
	static const char *const actions[] = {[NOTHING] = " ",
		[FOLDERS] = "_files -/",
		[FILES] = "_files",
		[PROGRAMS] = "_command_names -e",
		[EXERCISES] = "_ipclab_exercises"};
	enum words words = words_of(called);

	if (words != LISTED) {
		fputs(actions[words], out);
		return;
	}
	putc('(', out);
	put_listed(out, called);
	putc(')', out);
}

static void zsh_options(FILE *out, const struct cmd *cmd)
{
	const struct row_lists rows = rows_of(cmd);

	FOR_ROWS(o, rows)
	{
		LAB_FREE char *help = brief(o->help);

		fprintf(out, " \\\n\t\t\t'--%s%s[", o->name, o->value ? "=" : "");
		zsh_quoted(out, help);
		putc(']', out);
		if (o->value) {
			fputs(words_of(o->value) == LISTED ? ":value:" : ":", out);
			if (words_of(o->value) != LISTED)
				fprintf(out, "%s:", o->value);
			zsh_action(out, o->value);
		}
		putc('\'', out);
	}
}

static void zsh_command(FILE *out, const struct cmd *cmd)
{
	fprintf(out, "\t%s)\n\t\t_arguments -S", cmd->name);
	zsh_options(out, cmd);
	if (cmd->takes_program) {
		fputs(" \\\n\t\t\t'(-)1:first:", out);
		zsh_action(out, cmd->synopsis);
		fputs("' \\\n\t\t\t'*:argument:_files'", out);
	} else if (words_of(cmd->synopsis) != NOTHING) {
		fputs(" \\\n\t\t\t'*:operand:", out);
		zsh_action(out, cmd->synopsis);
		putc('\'', out);
	}
	fputs("\n\t\t;;\n", out);
}

static void print_zsh(FILE *out)
{
	fputs("#compdef ipclab\n"
	      "# Completion of ipclab's words in zsh; made by \"ipclab --completion=zsh\".\n"
	      "_ipclab_exercises()\n{\n"
	      "\tlocal -a found\n\n"
	      "\tfound=(${(f)\"$(_call_program exercises ipclab "
	      "--complete=${(q)PREFIX})\"})\n"
	      "\tcompadd -a found\n}\n\n"
	      "_ipclab()\n{\n"
	      "\tlocal -a names=(",
		out);
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		fprintf(out, "\n\t\t'%s:", (*c)->name);
		zsh_quoted(out, (*c)->summary);
		putc('\'', out);
	}
	fputs("\n\t)\n\n"
	      "\tif ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n"
	      "\t\t_describe command names\n\t\treturn\n\tfi\n"
	      "\tif [[ $words[2] == -* ]]; then\n\t\t_arguments -S",
		out);
	zsh_options(out, NULL);
	fputs("\n\t\treturn\n\tfi\n"
	      "\tshift words\n\t((CURRENT--))\n"
	      "\tcase $words[1] in\n",
		out);
	for (const struct cmd *const *c = cmd_table; *c; c++)
		zsh_command(out, *c);
	fputs("\tesac\n}\n\n"
	      "if [[ $funcstack[1] == _ipclab ]]; then\n\t_ipclab \"$@\"\n"
	      "else\n\tcompdef _ipclab ipclab\nfi\n",
		out);
}

/* ---- fish ---- */

static void fish_quoted(FILE *out, const char *text)
{
	putc('\'', out);
	for (; *text; text++)
		fprintf(out, strchr("'\\", *text) ? "\\%c" : "%c", *text);
	putc('\'', out);
}

static void fish_action(FILE *out, const char *called)
{
	switch (words_of(called)) {
	case NOTHING:
		break;
	case FILES:
		fputs(" -F", out);
		break;
	case PROGRAMS:
		fputs(" -F -a '(__fish_complete_command)'", out);
		break;
	case FOLDERS:
		fputs(" -a '(__fish_complete_directories (commandline -ct))'", out);
		break;
	case EXERCISES:
		fputs(" -a '(ipclab --complete=(commandline -ct) 2>/dev/null)'", out);
		break;
	case LISTED:
		fputs(" -a '", out);
		put_listed(out, called);
		putc('\'', out);
		break;
	}
}

static void fish_command(FILE *out, const struct cmd *cmd)
{
	const struct row_lists rows = rows_of(cmd);
	LAB_FREE char *seen = cmd ? lab_xprintf("'__fish_seen_subcommand_from %s'", cmd->name)
				  : lab_xstrdup("__fish_use_subcommand");

	FOR_ROWS(o, rows)
	{
		LAB_FREE char *help = brief(o->help);

		fprintf(out, "complete -c ipclab -n %s -l %s%s", seen, o->name,
			o->value ? words_of(o->value) == FILES ? " -r" : " -x" : "");
		if (o->value)
			fish_action(out, o->value);
		fputs(" -d ", out);
		fish_quoted(out, help);
		putc('\n', out);
	}
	if (!cmd || words_of(cmd->synopsis) == NOTHING)
		return;
	fprintf(out, "complete -c ipclab -n %s", seen);
	fish_action(out, cmd->synopsis);
	putc('\n', out);
}

static void print_fish(FILE *out)
{
	fputs("# Completion of ipclab's words in fish; made by \"ipclab --completion=fish\".\n"
	      "complete -c ipclab -f\n",
		out);
	fish_command(out, NULL);
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		fprintf(out, "complete -c ipclab -n __fish_use_subcommand -a %s -d ", (*c)->name);
		fish_quoted(out, (*c)->summary);
		putc('\n', out);
	}
	for (const struct cmd *const *c = cmd_table; *c; c++)
		fish_command(out, *c);
}

/* ---- what is asked for ---- */

int completion_print(FILE *out, const char *shell, struct lab_error *e)
{
	static const struct {
		const char *name;
		void (*print)(FILE *out);
	} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].print(out);
			return 0;
		}
	return lab_fail(e, LAB_USAGE, "--completion is \"%s\", expected bash, zsh or fish", shell);
}

/* ID without its chapter (SKIP 1) and without its number (SKIP 2). */
static const char *shortened(const char *id, int skip)
{
	const char *name = skip ? strchr(id, '/') + 1 : id;

	return skip < 2 ? name : name + strspn(name, "0123456789-");
}

int completion_exercises(FILE *out, const char *word, struct lab_error *e)
{
	CATALOGUE_SCOPED *course = catalogue_open(NULL, e);
	bool found = false;

	if (!course)
		return -1;
	for (int skip = 0; skip < 3 && !found; skip++)
		for (size_t i = 0; i < course->count; i++) {
			const char *name = shortened(course->exercises[i]->id, skip);

			if (strncmp(name, word, strlen(word)) != 0)
				continue;
			fprintf(out, "%s\n", name);
			found = true;
		}
	return 0;
}
