/* Texts that are saved in tests/golden, and written anew when somebody asks for it. */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"

/* PATH has TEXT in it; with UPDATE in the environment, it has from now on. */
static inline void expect_saved(const char *update, const char *path, const char *text)
{
	BUF_SCOPED saved = BUF_INIT;
	struct lab_error e = {0};

	if (getenv(update))
		ck_assert_msg(file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
	ck_assert_msg(file_read(path, &saved, 1 << 20, &e) == 0, "%s", e.text);
	ck_assert_str_eq(buf_text(&saved), text);
}

#endif
