/* See judging.h. */
#include "config.h"

#include "tests/unit/judging.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"

#define JUDGE ABS_TOP_BUILDDIR "/tests/unit/judge_sample"

bool odd_environment;

void heard_done(struct heard *h)
{
	buf_done(&h->results);
	buf_done(&h->said);
	for (size_t i = 0; i < h->count; i++)
		check_result_done(&h->checks[i]);
}

static void take_line(struct heard *h, const char *text, size_t len)
{
	struct verdict_line line;
	struct lab_error e = {0};

	ck_assert_msg(verdict_receive_line(text, len, &line, &e) == 0, "%s", e.text);
	ck_assert_msg(!h->ended, "a line after the end");
	if (line.kind == VERDICT_LINE_PLAN) {
		ck_assert_uint_eq(h->planned, 0);
		h->planned = line.count;
	} else if (line.kind == VERDICT_LINE_END) {
		h->ended = true;
	} else {
		ck_assert_uint_lt(h->count, RESULTS_MOST);
		h->checks[h->count++] = line.check;
		line.check = (struct check_result){0};
	}
	verdict_line_done(&line);
}

static void set_odd_environment(void)
{
	static const char *const values[][2] = {{"CK_FORK", "no"}, {"CK_RUN_CASE", "passes"},
		{"CK_RUN_SUITE", "passes"}, {"CK_EXCLUDE_TAGS", "x"}, {"CK_INCLUDE_TAGS", "x"},
		{"CK_DEFAULT_TIMEOUT", "0.001"}, {"CK_TIMEOUT_MULTIPLIER", "0"},
		{"CK_MAX_MSG_SIZE", "1"}};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		setenv(values[i][0], values[i][1], 1);
}

static void exec_judge(const char *const *options, int results, int said)
{
	const char *argv[32] = {JUDGE, "--result-fd", "9", "--bin", "/nowhere"};
	size_t n = 5;

	if (dup2(results, 9) < 0 || dup2(said, STDERR_FILENO) < 0)
		_exit(96);
	if (odd_environment)
		set_odd_environment();
	for (size_t i = 0; options[i]; i++)
		argv[n++] = options[i];
	execv(JUDGE, (char *const *)argv);
	_exit(97);
}

void judge(struct heard *h, const char *const *options)
{
	int results[2], said[2];
	pid_t pid;

	*h = (struct heard){0};
	ck_assert_int_eq(pipe2(results, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(said, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		exec_judge(options, results[1], said[1]);
	close(results[1]);
	close(said[1]);
	ck_assert_int_eq(fd_read_to_end(results[0], &h->results, 1 << 20), 0);
	ck_assert_int_eq(fd_read_to_end(said[0], &h->said, 1 << 20), 0);
	close(results[0]);
	close(said[0]);
	ck_assert_int_eq(waitpid(pid, &h->status, 0), pid);
	for (const char *line = buf_text(&h->results); *line;) {
		size_t len = strcspn(line, "\n");

		take_line(h, line, len);
		line += len + 1;
	}
}

const struct check_result *check_of(const struct heard *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->checks[i].name, name) == 0)
			return &h->checks[i];
	ck_abort_msg("no word of %s", name);
	return NULL;
}
