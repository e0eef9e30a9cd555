/* See gradebooks.h. */
#include "config.h"

#include "tests/unit/gradebooks.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"

char *folder, *path;

void begin(void)
{
	struct lab_error e = {0};

	folder = path_make_temporary("test-gradebook", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
	path = path_join(folder, "gradebook.db");
}

void end(void)
{
	path_remove_tree(folder, NULL);
	free(folder);
	free(path);
}

struct gradebook *open_book(const char *where)
{
	struct lab_error e = {0};
	struct gradebook *b = gradebook_open(where, &e);

	ck_assert_msg(b != NULL, "%s", e.text);
	return b;
}

void finish(struct gradebook *b)
{
	struct lab_error e = {0};

	ck_assert_msg(gradebook_finish(b, &e) == 0, "%s", e.text);
}

void hand_in(struct gradebook *b, const char *student, const char *key)
{
	struct gradebook_submission s = {
		.student = student,
		.exercise = "04-pipes/01-one-way",
		.key = key,
		.state = key ? NULL : "missing",
		.why = key ? NULL : "nothing was handed in",
	};
	struct lab_error e = {0};

	ck_assert_msg(gradebook_hand_in(b, &s, &e) == 0, "%s", e.text);
}

void enter(struct gradebook *b, const char *key, const char *state, double score)
{
	LAB_FREE char *report = lab_xprintf("{\"of\": \"%s\", \"fill\": \"%02000d\"}", key, 7);
	struct gradebook_result r = {
		.key = key,
		.exercise = "04-pipes/01-one-way",
		.state = state,
		.score = score,
		.max_score = 3,
		.report = report,
	};
	struct lab_error e = {0};

	ck_assert_msg(gradebook_enter(b, &r, &e) == 0, "%s", e.text);
}

struct gradebook_mark mark(struct gradebook *b, const char *key)
{
	struct gradebook_mark m;
	struct lab_error e = {0};

	ck_assert_msg(gradebook_mark(b, key, &m, &e) == 0, "%s", e.text);
	return m;
}

char *key_of(int n)
{
	return lab_xprintf("%08x-key", (unsigned)n * 2654435761u);
}

void expect_same_bytes(const char *a, const char *b)
{
	BUF_SCOPED x = BUF_INIT;
	BUF_SCOPED y = BUF_INIT;
	struct lab_error e = {0};

	ck_assert_msg(file_read(a, &x, 1 << 30, &e) == 0, "%s", e.text);
	ck_assert_msg(file_read(b, &y, 1 << 30, &e) == 0, "%s", e.text);
	ck_assert_uint_eq(x.len, y.len);
	ck_assert(memcmp(x.data, y.data, x.len) == 0);
}

void fill(const char *where, bool backwards)
{
	struct gradebook *b = open_book(where);

	for (int i = 0; i < 40; i++) {
		int n = backwards ? 39 - i : i;
		LAB_FREE char *student = lab_xprintf("student-%d", n);
		LAB_FREE char *key = key_of(n / 2); /* two have the same */
		LAB_FREE char *old = lab_xprintf("old-%d", n);

		if (backwards) {
			hand_in(b, student, n % 3 ? old : NULL);
			if (n % 3)
				enter(b, old, "pass", 3);
			enter(b, key, "broken", 0);
		}
		hand_in(b, student, n % 7 ? key : NULL);
		enter(b, key, n % 4 < 2 ? "pass" : "fail", n % 4 < 2 ? 3 : 1);
		if (backwards && n % 5 == 0) {
			gradebook_close(b); /* unfinished */
			b = open_book(where);
		}
		if (backwards && n % 11 == 0) {
			finish(b);
			b = open_book(where);
		}
	}
	finish(b);
}
