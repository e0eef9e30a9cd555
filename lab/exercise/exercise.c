/*
 * One exercise: its README.md, cut into front matter and text, and its memory.
 */
#include "config.h"

#include "lab/exercise/exercise.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/exercise/marks.h"

#define README_MAX (1u << 20)

const char *exercise_kind_name(enum exercise_kind kind)
{
	static const char *const names[] = {
		[EXERCISE_FILL] = "fill",
		[EXERCISE_FIX] = "fix",
		[EXERCISE_WRITE] = "write",
		[EXERCISE_PREDICT] = "predict",
		[EXERCISE_DEBUG] = "debug",
		[EXERCISE_CAPSTONE] = "capstone",
	};

	return names[kind];
}

void marks_add(struct marks *m, const char *of, int line, int column)
{
	m->list = lab_xrealloc(m->list, (m->count + 1) * sizeof(*m->list));
	m->list[m->count++] = (struct mark){of, line, column};
}

void marks_done(struct marks *m)
{
	free(m->list);
	free(m->path);
	*m = (struct marks){0};
}

int marks_fail(const struct marks *m, const char *of, struct lab_error *e, const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	struct mark at = {of, 1, 1};
	va_list ap;

	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].of == of)
			at = m->list[i];
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	return lab_fail(
		e, LAB_BROKEN, "%s:%d:%d: %s", m->path, at.line, at.column, buf_text(&text));
}

/* The line "---" that ends the front matter, from *LINE on; counts the lines passed. */
static const char *find_rule(const char *text, int *line)
{
	while (*text != '\0') {
		const char *end = strchrnul(text, '\n');

		if (end - text == 3 && strncmp(text, "---", 3) == 0)
			return text;
		(*line)++;
		text = *end == '\n' ? end + 1 : end;
	}
	return NULL;
}

/* An exercise that leaves out a list has an empty one. */
static void fill_lists(struct exercise *ex)
{
	char ***lists[] = {&ex->needs, &ex->api, &ex->hints};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (*lists[i] == NULL)
			*lists[i] = lab_xmalloc(sizeof(char *));
	if (ex->files == NULL)
		ex->files = lab_xmalloc(sizeof(char *));
}

int exercise_read(const char *path, struct exercise *ex, struct marks *m, struct lab_error *e)
{
	BUF_SCOPED file = BUF_INIT;
	const char *text, *rule;
	int line = 2;

	m->path = lab_xstrdup(path);
	if (file_read(path, &file, README_MAX, e) < 0)
		return -1;
	text = buf_text(&file);
	if (strlen(text) != file.len)
		return marks_fail(m, NULL, e, "a NUL byte, expected text");
	if (strncmp(text, "---\n", 4) != 0)
		return marks_fail(
			m, NULL, e, "no front matter, expected \"---\" in the first line");
	rule = find_rule(text + 4, &line);
	if (rule == NULL)
		return marks_fail(m, NULL, e,
			"the front matter does not end, expected a second line \"---\"");
	if (front_read(text + 4, (size_t)(rule - text - 4), 2, ex, m, e) < 0)
		return -1;
	if (rule[3 + strspn(rule + 3, " \t\n")] == '\0') {
		marks_add(m, rule, line, 1);
		return marks_fail(m, rule, e,
			"nothing follows the front matter, expected the exercise's text");
	}
	ex->text = lab_xstrdup(rule + 3 + strspn(rule + 3, "\n"));
	fill_lists(ex);
	return 0;
}

int exercise_parse(const char *path, struct exercise *ex, struct lab_error *e)
{
	struct marks marks = {0};
	int failed = exercise_read(path, ex, &marks, e);

	marks_done(&marks);
	return failed;
}

static void free_list(char **list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

static void free_programs(struct exercise_program *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].name);
		free_list(list[i].sources);
	}
	free(list);
}

void exercise_done(struct exercise *ex)
{
	free(ex->id);
	free(ex->title);
	free_list(ex->needs);
	free_programs(ex->programs, ex->program_count);
	free(ex->driver);
	free_programs(ex->given, ex->given_count);
	free_list(ex->api);
	free_list(ex->hints);
	free_list(ex->files);
	free(ex->folder);
	free(ex->solution);
	free(ex->test_source);
	free(ex->judge);
	free(ex->private_judge);
	free(ex->text);
	*ex = (struct exercise){0};
}
