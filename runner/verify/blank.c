/* Places that are still to be written: see blank.h. */
#include "config.h"

#include "runner/verify/blank.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/new_template.h"
#include "runner/verify/folder.h"

enum { TEXT_MOST = 1 << 20, SHOWN_MOST = 60 };

static void check_text(const char *name, const char *text, struct problems *problems)
{
	int line = 1;

	for (const char *p = text; *p; line++) {
		size_t len = strcspn(p, "\n");
		const char *blank = memmem(p, len, NEW_BLANK, strlen(NEW_BLANK));
		size_t rest = blank ? len - (size_t)(blank - p) : 0;

		if (blank)
			problems_add(problems, "%s:%d: still to be written: %.*s", name, line,
				(int)(rest < SHOWN_MOST ? rest : SHOWN_MOST), blank);
		p += len + (p[len] == '\n');
	}
}

void blank_check_file(const char *path, const char *name, struct problems *problems)
{
	BUF_SCOPED text = BUF_INIT;

	/* What is no file, or too large for one that people write, is told of elsewhere. */
	if (path_is_file(path) && file_read(path, &text, TEXT_MOST, NULL) == 0)
		check_text(name, buf_text(&text), problems);
}

/* PATH as problems name it: below the course's folder. */
static const char *short_name(const struct exercise *ex, const char *path)
{
	size_t root = strlen(ex->folder) - strlen("exercises/") - strlen(ex->id);

	return strncmp(path, ex->folder, root) == 0 ? path + root : path;
}

static int check_path(
	const struct exercise *ex, const char *path, struct problems *problems, struct lab_error *e)
{
	FOLDER_SCOPED folder = {0};

	if (path_is_dir(path)) {
		if (folder_read(&folder, path, e) < 0)
			return -1;
		for (size_t i = 0; i < folder.count; i++) {
			LAB_FREE char *inside = path_join(path, folder.names[i]);

			if (check_path(ex, inside, problems, e) < 0)
				return -1;
		}
		return 0;
	}
	blank_check_file(path, short_name(ex, path), problems);
	return 0;
}

int blank_check(const struct exercise *ex, struct problems *problems, struct lab_error *e)
{
	const char *const paths[] = {ex->folder, ex->solution, ex->test_source};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (paths[i] && check_path(ex, paths[i], problems, e) < 0)
			return -1;
	return 0;
}
