/*
 * Front matter -> struct exercise. One table says which keys there are and who reads each; libyaml
 * gives the nodes with their places, the walk over them is ours, because the errors are: file,
 * line, column, what is there, and what was expected.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/exercise/value.h"

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

static const struct element hint = {fits_always, "a hint"};
static const struct element manual = {fits_manual, "a manual page such as pipe(2)"};
static const struct element need = {fits_always, "an exercise's id such as 04-pipes/01-one-way"};
static const struct element source = {fits_source, "a source file such as count.c"};

/* {count: [count.c], ...} */
static int read_program(struct reader *r, const yaml_node_pair_t *pair, const char *key,
	struct exercise_program *list, size_t *count)
{
	yaml_node_t *name = yaml_document_get_node(&r->document, pair->key);
	yaml_node_t *sources = yaml_document_get_node(&r->document, pair->value);
	const char *text = value_text(name);

	if (text == NULL || !path_name_is_plain(text))
		return fail_node(r, name,
			"%s has a program %s, expected a name of letters, digits, _ . and -", key,
			value_describe(name));
	for (size_t i = 0; i < *count; i++)
		if (strcmp(list[i].name, text) == 0)
			return fail_node(r, name, "%s has the program \"%s\" twice, expected once",
				key, text);

	struct exercise_program *program = &list[(*count)++];

	program->name = value_keep(r, name, text);
	if (value_read_list(r, sources, key, &source, &program->sources) < 0)
		return -1;
	if (value_is_empty_list(sources))
		return fail_node(
			r, sources, "program %s has no sources, expected at least one", text);
	return 0;
}

static int read_programs(struct reader *r, const yaml_node_t *node, const char *key,
	struct exercise_program **list, size_t *count)
{
	if (node->type != YAML_MAPPING_NODE)
		return fail_node(r, node, "%s is %s, expected a mapping such as {count: [count.c]}",
			key, value_describe(node));

	yaml_node_pair_t *pair = node->data.mapping.pairs.start;

	*list = lab_xmalloc(((size_t)(node->data.mapping.pairs.top - pair) + 1) * sizeof(**list));
	for (; pair < node->data.mapping.pairs.top; pair++)
		if (read_program(r, pair, key, *list, count) < 0)
			return -1;
	return 0;
}

static int read_title(struct reader *r, const yaml_node_t *node)
{
	return value_read_line(r, node, "title", &r->ex->title);
}

static int read_kind(struct reader *r, const yaml_node_t *node)
{
	const char *text = value_text(node);

	for (int kind = EXERCISE_FILL; text != NULL && kind <= EXERCISE_CAPSTONE; kind++) {
		if (strcmp(text, exercise_kind_name((enum exercise_kind)kind)) == 0) {
			r->ex->kind = (enum exercise_kind)kind;
			return 0;
		}
	}
	return fail_node(r, node,
		"kind is %s, expected fill, fix, write, predict, debug or capstone",
		value_describe(node));
}

static int read_minutes(struct reader *r, const yaml_node_t *node)
{
	return value_read_number(r, node, "minutes", 600, &r->ex->minutes);
}

static int read_level(struct reader *r, const yaml_node_t *node)
{
	return value_read_number(r, node, "level", 5, &r->ex->level);
}

static int read_points(struct reader *r, const yaml_node_t *node)
{
	return value_read_number(r, node, "points", 1000, &r->ex->points);
}

static int read_needs(struct reader *r, const yaml_node_t *node)
{
	return value_read_list(r, node, "needs", &need, &r->ex->needs);
}

static int read_own_programs(struct reader *r, const yaml_node_t *node)
{
	return read_programs(r, node, "programs", &r->ex->programs, &r->ex->program_count);
}

static int read_driver(struct reader *r, const yaml_node_t *node)
{
	const char *text = value_text(node);

	if (node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		(text == NULL || strcmp(text, "null") == 0 || strcmp(text, "~") == 0))
		return 0;
	if (text == NULL || !fits_source(text))
		return fail_node(r, node, "driver is %s, expected %s, or null",
			value_describe(node), source.words);
	r->ex->driver = value_keep(r, node, text); /* the name; exercise_read() makes it a path */
	return 0;
}

/* A list of sources, each a program of its own, or a mapping like programs. */
static int read_given(struct reader *r, const yaml_node_t *node)
{
	struct exercise *ex = r->ex;
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

static int read_races(struct reader *r, const yaml_node_t *node)
{
	const char *text = value_text(node);

	if (text == NULL || (strcmp(text, "true") != 0 && strcmp(text, "false") != 0))
		return fail_node(
			r, node, "races is %s, expected true or false", value_describe(node));
	r->ex->races = strcmp(text, "true") == 0;
	return 0;
}

static int read_api(struct reader *r, const yaml_node_t *node)
{
	return value_read_list(r, node, "api", &manual, &r->ex->api);
}

static int read_hints(struct reader *r, const yaml_node_t *node)
{
	if (value_read_list(r, node, "hints", &hint, &r->ex->hints) < 0)
		return -1;
	if (value_is_empty_list(node))
		return fail_node(r, node, "hints is empty, expected at least one hint");
	return 0;
}

static const struct key {
	const char *name;
	bool required;
	int (*read)(struct reader *r, const yaml_node_t *node);
} keys[] = {
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

static int fail_unknown(struct reader *r, const yaml_node_t *node)
{
	BUF_SCOPED names = BUF_INIT;

	for (size_t i = 0; i < KEY_COUNT; i++)
		buf_printf(&names, "%s%s",
			i == 0              ? ""
			: i + 1 < KEY_COUNT ? ", "
					    : " or ",
			keys[i].name);
	return fail_node(
		r, node, "unknown key %s, expected %s", value_describe(node), buf_text(&names));
}

static int read_pair(struct reader *r, const yaml_node_pair_t *pair, bool seen[])
{
	yaml_node_t *key = yaml_document_get_node(&r->document, pair->key);
	const char *name = value_text(key);

	for (size_t i = 0; name != NULL && i < KEY_COUNT; i++) {
		if (strcmp(name, keys[i].name) != 0)
			continue;
		if (seen[i])
			return fail_node(r, key, "key \"%s\" a second time, expected once", name);
		seen[i] = true;
		return keys[i].read(r, yaml_document_get_node(&r->document, pair->value));
	}
	return fail_unknown(r, key);
}

static int read_document(struct reader *r)
{
	yaml_node_t *root = yaml_document_get_root_node(&r->document);
	bool seen[KEY_COUNT] = {false};

	if (root == NULL)
		return value_fail(
			r, 0, 0, "the front matter is empty, expected \"title: ...\" and more");
	if (root->type != YAML_MAPPING_NODE)
		return fail_node(r, root, "the front matter is %s, expected \"key: value\" lines",
			value_describe(root));
	for (yaml_node_pair_t *pair = root->data.mapping.pairs.start;
		pair < root->data.mapping.pairs.top; pair++)
		if (read_pair(r, pair, seen) < 0)
			return -1;
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (keys[i].required && !seen[i])
			return fail_node(r, root, "no key \"%s\", expected one in every exercise",
				keys[i].name);
	return 0;
}

/* What libyaml could not read: its words, at its place. */
static int fail_yaml(struct reader *r, const yaml_parser_t *parser, const char *text)
{
	size_t line = parser->problem_mark.line, column = parser->problem_mark.column;
	const char *problem = parser->problem != NULL ? parser->problem : "unreadable";

	if (parser->error == YAML_READER_ERROR) {
		line = column = 0;
		for (size_t i = 0; i < parser->problem_offset; i++) {
			column = text[i] == '\n' ? 0 : column + 1;
			line += text[i] == '\n';
		}
		return value_fail(r, line, column, "%s, expected UTF-8 text", problem);
	}
	return value_fail(r, line, column, "%s, expected YAML", problem);
}

/* Tabs look like spaces, and libyaml's words for them do not say so. */
static int check_tabs(struct reader *r, const char *text, size_t len)
{
	size_t line = 0, column = 0;
	bool indent = true;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\t' && indent)
			return value_fail(
				r, line, column, "a tab, expected spaces: YAML indents with them");
		indent = text[i] == '\n' || (indent && text[i] == ' ');
		column = text[i] == '\n' ? 0 : column + 1;
		line += text[i] == '\n';
	}
	return 0;
}

int front_read(const char *text, size_t len, int first_line, struct exercise *ex, struct marks *m,
	struct lab_error *e)
{
	struct reader r = {.first_line = first_line, .ex = ex, .marks = m, .e = e};
	yaml_parser_t parser;
	int failed;

	if (check_tabs(&r, text, len) < 0)
		return -1;
	if (!yaml_parser_initialize(&parser))
		return lab_fail(e, LAB_BROKEN, "libyaml does not start: out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &r.document)) {
		failed = fail_yaml(&r, &parser, text);
	} else {
		failed = read_document(&r);
		yaml_document_delete(&r.document);
	}
	yaml_parser_delete(&parser);
	return failed;
}
