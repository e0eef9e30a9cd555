/*
 * All of a text: the walk over its keys, by a table that says which there are and who reads each;
 * and what libyaml itself could not read.
 */
#include "config.h"

#include "lab/values/values.h"

#include <string.h>

struct walk {
	struct value_reader *r;
	const struct value_key *keys;
	size_t count;
	bool *seen; /* as KEYS */
};

static int fail_unknown(const struct walk *w, const yaml_node_t *node)
{
	BUF_SCOPED names = BUF_INIT;

	for (size_t i = 0; i < w->count; i++)
		buf_printf(&names, "%s%s",
			i == 0             ? ""
			: i + 1 < w->count ? ", "
					   : " or ",
			w->keys[i].name);
	return value_fail_at(
		w->r, node, "unknown key %s, expected %s", value_describe(node), buf_text(&names));
}

static int read_pair(struct walk *w, const yaml_node_pair_t *pair)
{
	yaml_document_t *document = &w->r->document;
	yaml_node_t *key = yaml_document_get_node(document, pair->key);
	const char *name = value_text(key);

	for (size_t i = 0; name != NULL && i < w->count; i++) {
		if (strcmp(name, w->keys[i].name) != 0)
			continue;
		if (w->seen[i])
			return value_fail_at(
				w->r, key, "key \"%s\" a second time, expected once", name);
		w->seen[i] = true;
		w->r->key = i;
		return w->keys[i].read(w->r, yaml_document_get_node(document, pair->value));
	}
	return fail_unknown(w, key);
}

static int read_document(struct walk *w)
{
	struct value_reader *r = w->r;
	yaml_node_t *root = yaml_document_get_root_node(&r->document);
	int failed = 0;

	if (root == NULL && r->may_be_empty)
		return 0;
	if (root == NULL)
		return value_fail(
			r, 0, 0, "%s is empty, expected \"%s\" and more", r->whole, r->example);
	if (root->type != YAML_MAPPING_NODE)
		return value_fail_at(r, root, "%s is %s, expected \"key: value\" lines", r->whole,
			value_describe(root));
	for (yaml_node_pair_t *pair = root->data.mapping.pairs.start;
		pair < root->data.mapping.pairs.top; pair++) {
		failed |= read_pair(w, pair);
		if (failed && !r->faults)
			return -1;
	}
	for (size_t i = 0; i < w->count; i++)
		if (w->keys[i].required && !w->seen[i])
			return value_fail_at(r, root, "no key \"%s\", expected one in %s",
				w->keys[i].name, r->whole);
	return failed;
}

/* What people write most often, in words that say what to do. */
static const char *const plain_words[][2] = {
	{"mapping values are not allowed in this context",
		"\": \" inside of a text, expected quotes around the text"},
	{"found character that cannot start any token",
		"a text that begins with a sign of YAML's, expected quotes around the text"},
};

/* What libyaml could not read: its words, if there are no better ones, at its place. */
static int fail_yaml(struct value_reader *r, const yaml_parser_t *parser, const char *text)
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
	for (size_t i = 0; i < sizeof(plain_words) / sizeof(plain_words[0]); i++)
		if (strcmp(problem, plain_words[i][0]) == 0)
			return value_fail(r, line, column, "%s", plain_words[i][1]);
	return value_fail(r, line, column, "%s, expected YAML", problem);
}

/* Tabs look like spaces, and libyaml's words for them do not say so. */
static int check_tabs(struct value_reader *r, const char *text, size_t len)
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

int value_read_keys(struct value_reader *r, const char *text, size_t len,
	const struct value_key *keys, size_t count)
{
	LAB_FREE bool *seen = lab_xmalloc((count + 1) * sizeof(*seen));
	struct walk walk = {r, keys, count, seen};
	yaml_parser_t parser;
	int failed;

	if (check_tabs(r, text, len) < 0)
		return -1;
	if (!yaml_parser_initialize(&parser))
		return lab_fail(r->e, LAB_BROKEN, "libyaml does not start: out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &r->document)) {
		failed = fail_yaml(r, &parser, text);
	} else {
		failed = read_document(&walk);
		yaml_document_delete(&r->document);
	}
	yaml_parser_delete(&parser);
	return failed;
}
