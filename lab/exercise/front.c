/*
 * Front matter -> struct exercise. One table says which keys there are and who reads each.
 * ipclab-exercise(5) describes them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/exercise/marks.h"
#include "lab/values/values.h"

/* What is filled. */
struct front {
	struct exercise *ex;
	struct marks *marks;
};

static struct exercise *exercise_of(const struct value_reader *r)
{
	return ((const struct front *)r->into)->ex;
}

static bool fits_always(const char *text)
{
	return *text != '\0';
}

static bool fits_manual(const char *text)
{
	size_t name =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return name > 0 && text[name] == '(' && text[name + 1] >= '1' && text[name + 1] <= '9' &&
	       strcspn(text + name + 2, ")(") + 1 == strlen(text + name + 2);
}

static bool fits_source(const char *text)
{
	size_t len = strlen(text);

	return path_name_is_plain(text) && len > 2 && strcmp(text + len - 2, ".c") == 0;
}

static const struct value_element hint = {fits_always, "a hint"};
static const struct value_element manual = {fits_manual, "a manual page such as pipe(2)"};
static const struct value_element need = {
	fits_always, "an exercise's id such as 04-pipes/01-one-way"};
static const struct value_element source = {fits_source, "a source file such as count.c"};

/* {count: [count.c], ...} */
static int read_program(struct value_reader *r, const yaml_node_pair_t *pair, const char *key,
	struct exercise_program *list, size_t *count)
{
	yaml_node_t *name = yaml_document_get_node(&r->document, pair->key);
	yaml_node_t *sources = yaml_document_get_node(&r->document, pair->value);
	const char *text = value_text(name);

	if (text == NULL || !path_name_is_plain(text))
		return value_fail_at(r, name,
			"%s has a program %s, expected a name of letters, digits, _ . and -", key,
			value_describe(name));
	for (size_t i = 0; i < *count; i++)
		if (strcmp(list[i].name, text) == 0)
			return value_fail_at(r, name,
				"%s has the program \"%s\" twice, expected once", key, text);

	struct exercise_program *program = &list[(*count)++];

	program->name = value_keep(r, name, text);
	if (value_read_list(r, sources, key, &source, &program->sources) < 0)
		return -1;
	if (value_is_empty_list(sources))
		return value_fail_at(
			r, sources, "program %s has no sources, expected at least one", text);
	return 0;
}

static int read_programs(struct value_reader *r, const yaml_node_t *node, const char *key,
	struct exercise_program **list, size_t *count)
{
	if (node->type != YAML_MAPPING_NODE)
		return value_fail_at(r, node,
			"%s is %s, expected a mapping such as {count: [count.c]}", key,
			value_describe(node));

	yaml_node_pair_t *pair = node->data.mapping.pairs.start;

	*list = lab_xmalloc(((size_t)(node->data.mapping.pairs.top - pair) + 1) * sizeof(**list));
	for (; pair < node->data.mapping.pairs.top; pair++)
		if (read_program(r, pair, key, *list, count) < 0)
			return -1;
	return 0;
}

static int read_title(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_line(r, node, "title", &exercise_of(r)->title);
}

static int read_kind(struct value_reader *r, const yaml_node_t *node)
{
	const char *text = value_text(node);

	for (int kind = EXERCISE_FILL; text != NULL && kind <= EXERCISE_CAPSTONE; kind++) {
		if (strcmp(text, exercise_kind_name((enum exercise_kind)kind)) == 0) {
			exercise_of(r)->kind = (enum exercise_kind)kind;
			return 0;
		}
	}
	return value_fail_at(r, node,
		"kind is %s, expected fill, fix, write, predict, debug or capstone",
		value_describe(node));
}

static int read_minutes(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_number(r, node, "minutes", 600, &exercise_of(r)->minutes);
}

static int read_level(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_number(r, node, "level", 5, &exercise_of(r)->level);
}

static int read_points(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_number(r, node, "points", 1000, &exercise_of(r)->points);
}

static int read_needs(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_list(r, node, "needs", &need, &exercise_of(r)->needs);
}

static int read_own_programs(struct value_reader *r, const yaml_node_t *node)
{
	return read_programs(
		r, node, "programs", &exercise_of(r)->programs, &exercise_of(r)->program_count);
}

static int read_driver(struct value_reader *r, const yaml_node_t *node)
{
	const char *text = value_text(node);

	if (node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		(text == NULL || strcmp(text, "null") == 0 || strcmp(text, "~") == 0))
		return 0;
	if (text == NULL || !fits_source(text))
		return value_fail_at(r, node, "driver is %s, expected %s, or null",
			value_describe(node), source.words);
	exercise_of(r)->driver =
		value_keep(r, node, text); /* the name; exercise_read() makes it a path */
	return 0;
}

/* A list of sources, each a program of its own, or a mapping like programs. */
static int read_given(struct value_reader *r, const yaml_node_t *node)
{
	struct exercise *ex = exercise_of(r);
	LAB_FREE char **names = NULL;
	int failed;

	if (node->type == YAML_MAPPING_NODE)
		return read_programs(r, node, "given", &ex->given, &ex->given_count);
	failed = value_read_list(r, node, "given", &source, &names);
	for (size_t n = 0; names != NULL && names[n] != NULL; n++) {
		ex->given = lab_xrealloc(ex->given, (n + 1) * sizeof(*ex->given));

		struct exercise_program *program = &ex->given[ex->given_count++];

		program->sources = lab_xmalloc(2 * sizeof(char *));
		program->sources[0] = names[n];
		program->name = lab_xstrdup(names[n]);
		program->name[strlen(names[n]) - 2] = '\0';
	}
	return failed;
}

static int read_races(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_bool(r, node, "races", &exercise_of(r)->races);
}

static int read_api(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_list(r, node, "api", &manual, &exercise_of(r)->api);
}

static int read_hints(struct value_reader *r, const yaml_node_t *node)
{
	if (value_read_list(r, node, "hints", &hint, &exercise_of(r)->hints) < 0)
		return -1;
	if (value_is_empty_list(node))
		return value_fail_at(r, node, "hints is empty, expected at least one hint");
	return 0;
}

static const struct value_key keys[] = {
	{"title", true, read_title},
	{"kind", true, read_kind},
	{"minutes", true, read_minutes},
	{"level", true, read_level},
	{"points", true, read_points},
	{"needs", false, read_needs},
	{"programs", true, read_own_programs},
	{"driver", false, read_driver},
	{"given", false, read_given},
	{"races", false, read_races},
	{"api", true, read_api},
	{"hints", true, read_hints},
};
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

const char *exercise_key(size_t n, bool *required)
{
	if (n >= KEY_COUNT)
		return NULL;
	*required = keys[n].required;
	return keys[n].name;
}

static void mark(struct value_reader *r, const char *text, int line, int column)
{
	marks_add(((const struct front *)r->into)->marks, text, line, column);
}

int front_read(const char *text, size_t len, int first_line, struct exercise *ex, struct marks *m,
	struct lab_error *e)
{
	struct front front = {ex, m};
	struct value_reader r = {
		.path = m->path,
		.first_line = first_line,
		.whole = "the front matter",
		.example = "title: ...",
		.kind = LAB_BROKEN,
		.e = e,
		.kept = mark,
		.into = &front,
	};

	return value_read_keys(&r, text, len, keys, KEY_COUNT);
}
