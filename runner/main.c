/*
 * The program `ipclab`: finds the subcommand, runs it, says what went wrong, and ends the process
 * with the exit code that README.md lists. Nobody else ends it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "runner/cmd.h"
#include "runner/completion.h"
#include "runner/interrupt.h"
#include "runner/lab_options.h"
#include "runner/near.h"
#include "runner/output.h"
#include "runner/screen/screen.h"
#include "runner/screen/tty.h"
#include "runner/session/plain.h"
#include "runner/session/welcome.h"
#include "runner/settings.h"

/* A process that starts with 0, 1 or 2 closed would take its own files for them. */
static int open_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static void say(const struct lab_error *e)
{
	output_complain("%s", e->text);
}

/* Output that was lost is a failure, whatever the command thought of it. */
static int flush_output(int status, int failure)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "ipclab: write to standard output: %s, %s\n", lab_errno_name(errno),
		strerror(errno));
	return failure ? failure : LAB_BROKEN;
}

static int run_command(const struct cmd *cmd, const char *program, int argc, char **argv)
{
	LAB_FREE void *options = lab_xmalloc(cmd->options_size);
	struct lab_error e = {0};
	int first = 0, status;

	status = cmd_parse(cmd, argc, argv, options, &first, stdout, &e);
	if (status > 0)
		return flush_output(0, 0);
	if (status < 0) {
		say(&e);
		fprintf(stderr, "Try \"%s %s --help\".\n", program, cmd->name);
		return cmd->failure ? cmd->failure : LAB_USAGE;
	}
	status = cmd->exec(&(struct cmd_call){.program = program,
				   .options = options,
				   .operands = argv + first,
				   .operand_count = argc - first},
		&e);
	if (interrupt_signal() && !cmd->takes_program) {
		fflush(stdout);
		fputs("ipclab: cancelled\n", stderr);
		return 128 + interrupt_signal();
	}
	if (status < 0) {
		say(&e);
		status = cmd->failure ? cmd->failure : (int)e.kind;
	}
	return flush_output(status, cmd->failure);
}

static int unknown_command(const char *program, const char *word)
{
	unsigned nearest = 3; /* farther than two letters is no slip */
	const char *between = " Did you mean ";

	fprintf(stderr, "ipclab: there is no command \"%s\".", word);
	for (const struct cmd *const *c = cmd_table; *c; c++)
		if (near_distance(word, (*c)->name) < nearest)
			nearest = near_distance(word, (*c)->name);
	for (const struct cmd *const *c = cmd_table; *c && nearest < 3; c++) {
		if (near_distance(word, (*c)->name) != nearest)
			continue;
		fprintf(stderr, "%s%s", between, (*c)->name);
		between = " or ";
	}
	fprintf(stderr, "%s\nTry \"%s --help\".\n", nearest < 3 ? "?" : "", program);
	return LAB_USAGE;
}

/* Screens where the terminal can show them, else line by line. */
static bool is_plain(void)
{
	struct lab_error e = {0};

	if (settings_is(SETTING_PLAIN, "yes"))
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tty_examine(&e) == 0)
		return false;
	say(&e);
	fputs("Going on line by line, as with --plain.\n", stderr);
	return true;
}

static int open_lab_in(const struct session_options *options)
{
	struct lab_error e = {0};
	int status = options->plain ? plain_main(options, &e) : screen_main(options, &e);

	if (status < 0) {
		say(&e);
		return (int)e.kind;
	}
	if (status == 0 && options->first_time)
		welcome_again(options->work, options->program);
	return status == 0 ? flush_output(0, 0) : status;
}

/* Which signs can be drawn is a matter of the locale. */
static void set_signs(void)
{
	setlocale(LC_CTYPE, "");
	if (settings_is(SETTING_DRAWING, "ascii"))
		setlocale(LC_CTYPE, "C");
	else if (settings_is(SETTING_DRAWING, "utf-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int open_lab(const char *program, const struct lab_options *given)
{
	struct session_options options = {
		.program = program,
		.course = given->course,
		.work = given->work,
	};
	LAB_FREE char *work = NULL;
	struct lab_error e = {0};

	set_signs();
	options.plain = is_plain();
	if (!options.plain && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		fprintf(stderr,
			"ipclab: the lab needs a terminal for its input and output.\n"
			"Without one use \"%s --plain\", which reads a command a line, or the "
			"commands, for example\n"
			"\"%s list\" and \"%s check\"; \"%s --help\" names them all.\n",
			program, program, program, program);
		return LAB_USAGE;
	}
	if (!options.work) {
		work = welcome(options.plain, &options.first_time, &e);
		if (!work && e.kind == LAB_OK)
			return 0;
		if (!work) {
			say(&e);
			return (int)e.kind;
		}
		options.work = work;
	}
	return open_lab_in(&options);
}

/* What is behind NAME= in WORD, or NULL. */
static const char *value_of(const char *word, const char *name)
{
	size_t n = strlen(name);

	return strncmp(word, name, n) == 0 && word[n] == '=' ? word + n + 1 : NULL;
}

/* WORD asks for something to be printed. 1: it does not; -1 and E. */
static int print_what(const char *word, struct lab_error *e)
{
	const char *shell = value_of(word, "--completion"), *begun = value_of(word, "--complete");

	if (shell)
		return completion_print(stdout, shell, e);
	if (begun)
		return completion_exercises(stdout, begun, e);
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		cmd_print_main_help(stdout);
	else if (strcmp(word, "--version") == 0)
		cmd_print_version(stdout);
	else if (strcmp(word, "--man") == 0)
		cmd_print_man(stdout);
	else
		return 1;
	return 0;
}

/* Options before a command are the lab's. */
static int run_main_option(const char *program, int argc, char **argv)
{
	struct lab_options options = {0};
	struct lab_error e = {0};
	int at = lab_options_read(argc, argv, &options, &e), status;

	if (at == argc)
		return open_lab(program, &options);
	status = at < 0 ? -1 : print_what(argv[at], &e);
	if (status == 0)
		return flush_output(0, 0);
	if (status < 0) {
		say(&e);
		fprintf(stderr, "Try \"%s --help\".\n", program);
		return (int)e.kind;
	}
	fprintf(stderr,
		"ipclab: \"%s\" does not go here: options of a command stand after it.\n"
		"Try \"%s --help\".\n",
		argv[at], program);
	return LAB_USAGE;
}

int main(int argc, char **argv)
{
	const char *program = argc > 0 && argv[0][0] ? argv[0] : "ipclab";
	const struct cmd *cmd;

	if (open_standard_descriptors() < 0)
		return LAB_BROKEN;
	settings_read();
	set_signs();
	if (argc < 2)
		return open_lab(program, &(struct lab_options){0});
	if (argv[1][0] == '-')
		return run_main_option(program, argc, argv);
	cmd = cmd_find(argv[1]);
	if (!cmd)
		return unknown_command(program, argv[1]);
	return run_command(cmd, program, argc - 1, argv + 1);
}
