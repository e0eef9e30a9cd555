/*
 * What there is around the lab: its environment, the course, and the student's files, which are
 * saved, removed and compared while it runs.
 */
#include "config.h"

#include "tests/screen/student.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "tests/screen/commands.h"

static size_t count(char **list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static void forget_variable(struct test *t, const char *name)
{
	size_t n = strcspn(name, "="), to = 0;

	for (size_t i = 0; t->environment[i]; i++) {
		if (strncmp(t->environment[i], name, n) == 0 && t->environment[i][n] == '=')
			free(t->environment[i]);
		else
			t->environment[to++] = t->environment[i];
	}
	t->environment[to] = NULL;
}

void set_variable(struct test *t, const char *text)
{
	size_t n;

	forget_variable(t, text);
	n = count(t->environment);
	t->environment = lab_xrealloc(t->environment, (n + 2) * sizeof(char *));
	t->environment[n] = lab_xstrdup(text);
	t->environment[n + 1] = NULL;
}

bool do_env(struct test *t, char **words)
{
	BUF_SCOPED text = BUF_INIT;

	for (int i = 0; words[i]; i++) {
		bool here = strncmp(words[i], "@/", 2) == 0;

		buf_printf(&text, "%s%s%s", i ? " " : "", here ? t->folder : "", words[i] + here);
	}
	set_variable(t, buf_text(&text));
	return true;
}

bool do_unset(struct test *t, char **words)
{
	forget_variable(t, words[0]);
	return true;
}

static char *student_file(const struct test *t, const char *name)
{
	return lab_xprintf("%s/work/%s", t->home, name);
}

static bool read_both(struct test *t, char **words, struct buf *source, char **file)
{
	LAB_FREE char *from = lab_xprintf("%s/sources/%s", t->folder, words[0]);
	struct lab_error e = {0};

	*file = words[1] ? student_file(t, words[1]) : NULL;
	if (!*file)
		return fail(t, "a source and a file are wanted");
	return file_read(from, source, FILE_MOST, &e) == 0 || fail(t, "%s", e.text);
}

bool do_save(struct test *t, char **words)
{
	LAB_FREE char *file = NULL;
	LAB_FREE char *folder = NULL;
	BUF_SCOPED source = BUF_INIT;
	struct lab_error e = {0};

	if (!read_both(t, words, &source, &file))
		return false;
	folder = lab_xprintf("%.*s", (int)(strrchr(file, '/') - file), file);
	if (path_mkdirs(folder, 0755, &e) < 0 ||
		file_write(file, buf_text(&source), source.len, 0644, &e) < 0)
		return fail(t, "%s", e.text);
	return true;
}

/* COUNT saves, of one source and the other in turn; the last one is of the second. */
bool do_storm(struct test *t, char **words)
{
	int count = atoi(words[0]);

	for (int i = 0; words[1] && words[2] && words[3] && i < count; i++) {
		char *save[] = {words[i == count - 1 ? 2 : 1 + i % 2], words[3], NULL};

		if (!do_save(t, save))
			return false;
		terminal_wait(t->terminal, 0);
	}
	return words[3] ? true : fail(t, "storm wants two sources and a file");
}

bool do_remove(struct test *t, char **words)
{
	LAB_FREE char *path = student_file(t, words[0]);
	struct lab_error e = {0};

	return path_remove_tree(path, &e) == 0 || fail(t, "%s", e.text);
}

/* Of its own, so that it can be harmed. */
bool do_course(struct test *t, char **words)
{
	LAB_FREE char *copy = lab_xprintf("cp -R '%s/course' '%s/course'", t->folder, t->home);
	LAB_FREE char *variable = lab_xprintf("IPCLAB_COURSE=%s/course", t->home);

	(void)words;
	set_variable(t, variable);
	return system(copy) == 0 || fail(t, "%s", copy);
}

/* Saved when the clock was set back by years. */
bool do_old(struct test *t, char **words)
{
	LAB_FREE char *path = words[1] ? student_file(t, words[1]) : NULL;
	const struct timespec long_ago[2] = {{86400, 0}, {86400, 0}};

	return do_save(t, words) && (utimensat(AT_FDCWD, path, long_ago, 0) == 0 ||
					    fail(t, "%s: %s", path, strerror(errno)));
}

bool do_same(struct test *t, char **words)
{
	LAB_FREE char *file = NULL;
	BUF_SCOPED source = BUF_INIT;
	BUF_SCOPED found = BUF_INIT;
	struct lab_error e = {0};

	if (!read_both(t, words, &source, &file))
		return false;
	if (file_read(file, &found, FILE_MOST, &e) < 0)
		return fail(t, "%s", e.text);
	return strcmp(buf_text(&source), buf_text(&found)) == 0 ||
	       fail(t, "%s is not %s any more", words[1], words[0]);
}
