/*
 * A subcommand is one file (cmd_NAME.c) and one row. The parser, --help and the man page read the
 * rows; nothing else knows what options there are. Adding one: write the file, declare its row at
 * the end of this header, name it in the table of cmd.c.
 */
#ifndef RUNNER_CMD_H
#define RUNNER_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/base/error.h"

/* What ends up in the command's own struct, at OFFSET. */
enum cmd_value {
	CMD_FLAG,   /* bool */
	CMD_TEXT,   /* const char *, NULL unless given */
	CMD_NUMBER, /* struct cmd_number */
};

struct cmd_number {
	bool given;
	uint64_t value;
};

struct cmd_option {
	const char *name; /* without the two dashes */
	enum cmd_value type;
	const char *value; /* what --help calls it: "DIR"; NULL for a flag */
	size_t offset;
	const char *help;
};

struct cmd_call {
	const char *program;   /* as the caller named it, for commands to copy and paste */
	const void *options;   /* the command's own struct, zeroed, then filled */
	char *const *operands; /* NULL-terminated */
	int operand_count;
};

struct cmd {
	const char *name;
	const char *synopsis; /* after "ipclab NAME [OPTION]..." */
	const char *summary;  /* one line, no full stop */
	const char *text;     /* what --help and the man page say beyond it; paragraphs end in \n */
	const struct cmd_option *options; /* ends with a row without name; NULL: none */
	size_t options_size;
	const char *letters; /* short ones: each stands for the option that begins with it; NULL */
	int operands_most;   /* -1: any number */
	bool takes_program;  /* options end at the first operand */
	int failure;         /* exit code of its own failures; 0: by kind of error */
	/* The exit code, or -1 and E. */
	int (*exec)(const struct cmd_call *call, struct lab_error *e);
};

extern const struct cmd_option cmd_common_rows[]; /* of every command, and of the lab itself */
extern const struct cmd_option cmd_print_rows[];  /* of the lab itself: what it can print */
extern const struct cmd *const cmd_table[];       /* NULL-terminated */
const struct cmd *cmd_find(const char *name);

/* Fills OPTIONS from ARGV (argv[0] is the command's name). *FIRST: the first operand. 0: go on;
 * 1: --help or --version was asked for and answered on OUT; -1: E says what is wrong. */
int cmd_parse(const struct cmd *cmd, int argc, char **argv, void *options, int *first, FILE *out,
	struct lab_error *e);

void cmd_print_help(FILE *out, const struct cmd *cmd);
void cmd_print_main_help(FILE *out);
void cmd_print_version(FILE *out);
void cmd_print_man(FILE *out);

extern const struct cmd cmd_init, cmd_lesson, cmd_hint, cmd_reset, cmd_solution, cmd_diff,
	cmd_attempts, cmd_run, cmd_pack, cmd_list, cmd_check, cmd_verify, cmd_doctor, cmd_trace,
	cmd_timeline, cmd_grade, cmd_merge, cmd_new, cmd_package, cmd_config;

#endif
