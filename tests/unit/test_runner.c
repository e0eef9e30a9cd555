/*
 * What the subcommands share: the options of a command line and what --help says of them, the
 * nearest name, and the pool of workers, some of which are killed.
 */
#include "config.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "runner/cmd.h"
#include "runner/near.h"
#include "runner/pool.h"
#include "tests/unit/text_log.h"

struct options {
	bool flag;
	const char *text;
	struct cmd_number number;
};

static const struct cmd_option rows[] = {
	{"flag", CMD_FLAG, NULL, offsetof(struct options, flag), "a flag"},
	{"text", CMD_TEXT, "DIR", offsetof(struct options, text), "a text"},
	{"test", CMD_NUMBER, "N", offsetof(struct options, number), "a number"},
	{0},
};

/* How many operands there are; -1 with E; 100 when answered. */
static int parse(const char *line, bool takes_program, struct options *o, struct lab_error *e)
{
	static char words[256];
	char *argv[16] = {0};
	struct cmd cmd = {.name = "try",
		.synopsis = "",
		.summary = "try",
		.text = "",
		.options = rows,
		.options_size = sizeof(*o),
		.operands_most = 2,
		.takes_program = takes_program};
	int argc = 0, first = 0, status;
	FILE *out = fopen("/dev/null", "w");

	snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	memset(o, 0, sizeof(*o));
	status = cmd_parse(&cmd, argc, argv, o, &first, out, e);
	fclose(out);
	return status < 0 ? -1 : status > 0 ? 100 : argc - first;
}

START_TEST(options_are_parsed)
{
	struct lab_error e = {0};
	struct options o;

	ck_assert_int_eq(parse("try a --flag b --text=x --test 7", false, &o, &e), 2);
	ck_assert(o.flag && o.number.given && o.number.value == 7);
	ck_assert_str_eq(o.text, "x");
	ck_assert_int_eq(parse("try --fl", false, &o, &e), 0);
	ck_assert(o.flag);
	ck_assert_int_eq(parse("try -- --flag", false, &o, &e), 1);
	ck_assert(!o.flag);
	ck_assert_int_eq(parse("try a --flag", true, &o, &e), 2);
	ck_assert(!o.flag);
	ck_assert_int_eq(parse("try --help", false, &o, &e), 100);
	ck_assert_int_eq(parse("try --version", false, &o, &e), 100);
}
END_TEST

START_TEST(options_are_refused)
{
	static const struct {
		const char *line, *words;
	} bad[] = {
		{"try --nope", "there is no option \"--nope\""},
		{"try -x", "there is no option \"-x\""},
		{"try --te 1", "could be --text or --test"},
		{"try --text", "--text=DIR"},
		{"try --flag=1", "takes no value"},
		{"try --test x", "wants a number, not \"x\""},
		{"try --test -1", "wants a number"},
		{"try --test 99999999999999999999", "wants a number"},
		{"try --text=", "is empty"},
		{"try a b c", "\"c\" is one operand too many"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct lab_error e = {0};
		struct options o;

		ck_assert_int_eq(parse(bad[i].line, false, &o, &e), -1);
		ck_assert_int_eq(e.kind, LAB_USAGE);
		ck_assert_msg(strstr(e.text, bad[i].words), "%s: %s", bad[i].line, e.text);
	}
}
END_TEST

static char *printed_by(void (*print)(FILE *out, const struct cmd *cmd), const struct cmd *cmd)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	print(out, cmd);
	fclose(out);
	return text;
}

static void print_man(FILE *out, const struct cmd *cmd)
{
	(void)cmd;
	cmd_print_man(out);
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > longest)
			longest = strcspn(text, "\n");
	return longest;
}

START_TEST(help_names_every_option)
{
	LAB_FREE char *man = printed_by(print_man, NULL);

	for (const struct cmd *const *c = cmd_table; *c; c++) {
		LAB_FREE char *help = printed_by(cmd_print_help, *c);

		ck_assert_uint_le(longest_line(help), 79);
		ck_assert_ptr_nonnull(strstr(man, (*c)->name));
		ck_assert_ptr_eq(cmd_find((*c)->name), *c);
		for (const struct cmd_option *o = (*c)->options; o && o->name; o++) {
			LAB_FREE char *option = lab_xprintf("--%s", o->name);

			ck_assert_ptr_nonnull(strstr(help, option));
			ck_assert_uint_lt(o->offset, (*c)->options_size);
			ck_assert((o->type == CMD_FLAG) == (o->value == NULL));
		}
	}
	ck_assert_ptr_null(cmd_find("nothing"));
}
END_TEST

START_TEST(names_have_distances)
{
	ck_assert_uint_eq(near_distance("check", "check"), 0);
	ck_assert_uint_eq(near_distance("chekc", "check"), 1);
	ck_assert_uint_eq(near_distance("chck", "check"), 1);
	ck_assert_uint_eq(near_distance("lost", "list"), 1);
	ck_assert_uint_eq(near_distance("", "list"), 4);
	ck_assert_uint_eq(near_distance("abc", "xyz"), 3);
}
END_TEST

struct sums {
	size_t deadly; /* the task at which its worker is killed */
	size_t count, sum, lost;
};

static char *double_it(void *context, size_t task, int cpu, int cancel_fd)
{
	const struct sums *s = context;

	(void)cpu;
	(void)cancel_fd;
	if (task == s->deadly)
		kill(getpid(), SIGKILL);
	return lab_xprintf("%zu", task * 2);
}

static void add_it(void *context, size_t task, const char *answer)
{
	struct sums *s = context;

	if (!answer) {
		ck_assert_uint_eq(task, s->deadly);
		s->lost++;
		return;
	}
	ck_assert_uint_eq((size_t)atoi(answer), task * 2);
	s->count++;
	s->sum += task;
}

START_TEST(pool_does_every_task_once)
{
	struct sums s = {.deadly = 1000};
	struct lab_error e = {0};
	struct pool_job job = {.tasks = 200,
		.workers = 5,
		.work = double_it,
		.done = add_it,
		.context = &s,
		.cancel_fd = -1};

	ck_assert_int_eq(pool_run(&job, &e), 0);
	ck_assert_uint_eq(s.count, 200);
	ck_assert_uint_eq(s.sum, 199 * 200 / 2);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* none is left */
}
END_TEST

/* Who does that task is killed, and so is who tries it again; all others are done. */
START_TEST(pool_replaces_lost_workers)
{
	struct sums s = {.deadly = 3};
	struct lab_error e = {0};
	struct pool_job job = {
		.tasks = 200, .work = double_it, .done = add_it, .context = &s, .cancel_fd = -1};

	ck_assert_int_eq(pool_run(&job, &e), 0);
	ck_assert_uint_eq(s.lost, 1);
	ck_assert_uint_eq(s.count, 199);
	ck_assert_uint_eq(s.sum, 199 * 200 / 2 - 3);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

static char *wait_for_cancel(void *context, size_t task, int cpu, int cancel_fd)
{
	char byte;

	(void)context;
	(void)task;
	(void)cpu;
	return lab_xprintf("%zd", read(cancel_fd, &byte, 1));
}

static void never(void *context, size_t task, const char *answer)
{
	(void)context;
	ck_abort_msg("task %zu answered %s", task, answer);
}

START_TEST(pool_is_cancelled)
{
	struct lab_error e = {0};
	int ends[2];
	struct pool_job job = {.tasks = 10, .workers = 2, .work = wait_for_cancel, .done = never};

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "!", 1), 1);
	job.cancel_fd = ends[0];
	ck_assert_int_eq(pool_run(&job, &e), -1);
	ck_assert_str_eq(e.text, "cancelled");
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

int main(void)
{
	return RUN_SUITE("runner", options_are_parsed, options_are_refused, help_names_every_option,
		names_have_distances, pool_does_every_task_once, pool_replaces_lost_workers,
		pool_is_cancelled);
}
