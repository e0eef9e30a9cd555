/* ipclab list: the chapters and their exercises, and in a workspace what came of them. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/workspace.h"

struct list_options {
	const char *course;
	bool json;
};

static json_t *names(char **list)
{
	json_t *array = json_array();

	for (size_t i = 0; list && list[i]; i++)
		json_array_append_new(array, json_string(list[i]));
	return array;
}

static json_t *progress(const struct workspace *w, const struct exercise *ex)
{
	struct store_standing standing;

	if (!w)
		return json_null();
	standing = workspace_standing(w, ex);
	return json_pack("{s:b, s:I, s:f, s:I}", "passed", standing.passed, "attempts",
		(json_int_t)standing.attempts, "best", standing.best, "hints",
		(json_int_t)standing.hints);
}

static json_t *as_json(const struct exercise *ex, const struct workspace *w)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", json_string(ex->id));
	json_object_set_new(o, "title", json_string(ex->title));
	json_object_set_new(o, "kind", json_string(exercise_kind_name(ex->kind)));
	json_object_set_new(o, "minutes", json_integer(ex->minutes));
	json_object_set_new(o, "level", json_integer(ex->level));
	json_object_set_new(o, "points", json_integer(ex->points));
	json_object_set_new(o, "needs", names(ex->needs));
	json_object_set_new(o, "files", names(ex->files));
	json_object_set_new(o, "progress", progress(w, ex));
	return o;
}

static void print_json(const struct course *course, const struct workspace *w)
{
	json_t *o = json_object(), *exercises = json_array();
	char *text;

	for (size_t i = 0; i < course->count; i++)
		json_array_append_new(exercises, as_json(course->exercises[i], w));
	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "exercises", exercises);
	text = json_dumps(o, 0);
	puts(text);
	free(text);
	json_decref(o);
}

static int id_width(const struct course *course)
{
	size_t width = 0;

	for (size_t i = 0; i < course->count; i++)
		if (strlen(course->exercises[i]->id) > width)
			width = strlen(course->exercises[i]->id);
	return (int)width;
}

/* What stands before the name: what came of it in the workspace, if there is one. Passed once is
 * passed. */
static const char *state_of(const struct store_standing *standing)
{
	if (standing->passed)
		return "passed";
	return standing->attempts ? "tried" : "-";
}

static void print_exercise(
	const struct exercise *ex, int width, const struct workspace *w, size_t *passed)
{
	if (w) {
		struct store_standing standing = workspace_standing(w, ex);

		printf("  %-6s", state_of(&standing));
		*passed += standing.passed;
	}
	printf("  %-*s  %-8s %3d min  level %d  %2d point%s  %s\n", width, ex->id,
		exercise_kind_name(ex->kind), ex->minutes, ex->level, ex->points,
		ex->points == 1 ? " " : "s", ex->title);
}

static void print_text(const struct course *course, const struct workspace *w)
{
	bool colour = output_colour(STDOUT_FILENO);
	int width = id_width(course), minutes = 0, points = 0;
	size_t passed = 0;
	LAB_FREE char *last = lab_xstrdup("");

	for (size_t i = 0; i < course->count; i++) {
		const struct exercise *ex = course->exercises[i];
		LAB_FREE char *chapter = catalogue_chapter(ex);
		LAB_FREE char *title = catalogue_chapter_title(course, chapter);

		if (strcmp(chapter, last) != 0)
			printf("%s%s%s%s%s%s\n", i ? "\n" : "", colour ? "\033[1m" : "", chapter,
				strcmp(title, chapter) != 0 ? "  " : "",
				strcmp(title, chapter) != 0 ? title : "", colour ? "\033[0m" : "");
		print_exercise(ex, width, w, &passed);
		free(last);
		last = lab_xstrdup(chapter);
		minutes += ex->minutes;
		points += ex->points;
	}
	printf("\n%zu exercise%s, %d minutes, %d points\n", course->count,
		course->count == 1 ? "" : "s", minutes, points);
	if (w) {
		printf("%zu passed in ", passed);
		output_name(stdout, w->dir);
		putchar('\n');
	}
}

static int list_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct list_options *options = call->options;
	CATALOGUE_SCOPED *course = catalogue_open(options->course, e);
	LAB_FREE char *dir = workspace_find(NULL);
	WORKSPACE_SCOPED *w = NULL;

	if (!course)
		return -1;
	w = dir ? workspace_open(dir, NULL) : NULL;
	if (w && w->trouble)
		output_complain("%s", w->trouble);
	if (options->json)
		print_json(course, w);
	else
		print_text(course, w);
	return 0;
}

static const struct cmd_option list_rows[] = {
	{"course", CMD_TEXT, "DIR", offsetof(struct list_options, course),
		"the course in DIR instead of the installed one"},
	{"json", CMD_FLAG, NULL, offsetof(struct list_options, json), "one JSON object"},
	{0},
};

const struct cmd cmd_list = {
	.name = "list",
	.synopsis = "",
	.summary = "show the chapters and exercises of the course",
	.text = "Each line tells the exercise's name, kind, minutes, level, points and title; in "
		"a\n"
		"workspace also whether you have tried or passed it.\n",
	.options = list_rows,
	.options_size = sizeof(struct list_options),
	.exec = list_exec,
};
