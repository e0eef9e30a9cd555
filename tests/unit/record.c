/* See record.h. */
#include "config.h"

#include "tests/unit/record.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/path.h"

char *folder, *path;
void begin(void)
{
	struct lab_error e = {0};

	folder = path_make_temporary("test-store", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
	path = path_join(folder, "progress.db");
}

void end(void)
{
	path_remove_tree(folder, NULL);
	free(folder);
	free(path);
}

struct store *open_store(void)
{
	struct lab_error e = {0};
	struct store *s = store_open(path, &e);

	ck_assert_msg(s != NULL, "%s", e.text);
	return s;
}

int add(struct store *s, const char *exercise, enum verdict verdict, double score,
	const char *source, struct lab_error *e)
{
	struct store_file files[] = {{"count.c", source, strlen(source)}, {"empty.h", NULL, 0}};

	return store_add_attempt(s,
		&(struct store_attempt){.exercise = exercise,
			.verdict = verdict,
			.score = score,
			.max_score = 3,
			.report = "{}",
			.files = files,
			.file_count = 2},
		e);
}

struct store_standing standing(struct store *s, const char *exercise)
{
	struct store_standing out;
	struct lab_error e = {0};

	ck_assert_msg(store_standing(s, exercise, &out, &e) == 0, "%s", e.text);
	return out;
}

static void write_many(void)
{
	struct lab_error e = {0};
	struct store *s = store_open(path, &e);

	for (int i = 0; s && i < EACH; i++) {
		LAB_FREE char *source = lab_xprintf("int a%d_%d;\n", (int)getpid(), i);

		if (add(s, EX, VERDICT_FAIL, i, source, &e) < 0)
			_exit(1);
	}
	store_close(s);
	_exit(s == NULL);
}

void write_at_once(void)
{
	pid_t pids[WRITERS];
	int status;

	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_many();
	}
	for (int i = 0; i < WRITERS; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
}
