/*
 * One value: a text, a number, a list; each with the fault that says what is there and what was
 * expected.
 */
#include "config.h"

#include "lab/values/values.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int value_fail(struct value_reader *r, size_t line, size_t column, const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	struct lab_error now = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	lab_fail(&now, r->kind, "%s:%zu:%zu: %s", r->path, line + (size_t)r->first_line, column + 1,
		buf_text(&text));
	if (r->e && !r->failed)
		*r->e = now;
	r->failed = true;
	if (r->faults)
		buf_printf(r->faults, "%s\n", now.text);
	return -1;
}

static const char *scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

const char *value_describe(const yaml_node_t *node)
{
	static char text[64];

	switch (node->type) {
	case YAML_SCALAR_NODE:
		if (node->data.scalar.length == 0)
			return "empty";
		snprintf(text, sizeof(text), "\"%.40s\"", scalar(node));
		return text;
	case YAML_SEQUENCE_NODE:
		return "a list";
	default:
		return "a mapping";
	}
}

const char *value_text(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE || node->data.scalar.length == 0 ||
		strlen(scalar(node)) != node->data.scalar.length)
		return NULL;
	return scalar(node);
}

char *value_keep(struct value_reader *r, const yaml_node_t *node, const char *text)
{
	char *copy = lab_xstrdup(text);

	if (r->kept)
		r->kept(r, copy, (int)node->start_mark.line + r->first_line,
			(int)node->start_mark.column + 1);
	return copy;
}

int value_read_line(struct value_reader *r, const yaml_node_t *node, const char *key, char **into)
{
	const char *text = value_text(node);

	if (text == NULL || strpbrk(text, "\n\t") != NULL)
		return value_fail_at(
			r, node, "%s is %s, expected one line of text", key, value_describe(node));
	*into = value_keep(r, node, text);
	return 0;
}

int value_read_number(
	struct value_reader *r, const yaml_node_t *node, const char *key, int most, int *into)
{
	const char *text = value_text(node);
	size_t len = text != NULL ? strlen(text) : 0;
	int value = 0;

	if (len > 0 && len < 7 && strspn(text, "0123456789") == len)
		value = atoi(text);
	if (value < 1 || value > most)
		return value_fail_at(r, node, "%s is %s, expected a number from 1 to %d", key,
			value_describe(node), most);
	*into = value;
	return 0;
}

int value_read_bool(struct value_reader *r, const yaml_node_t *node, const char *key, bool *into)
{
	const char *text = value_text(node);

	if (text == NULL || (strcmp(text, "true") != 0 && strcmp(text, "false") != 0))
		return value_fail_at(
			r, node, "%s is %s, expected true or false", key, value_describe(node));
	*into = strcmp(text, "true") == 0;
	return 0;
}

int value_read_list(struct value_reader *r, const yaml_node_t *node, const char *key,
	const struct value_element *element, char ***into)
{
	size_t count = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return value_fail_at(
			r, node, "%s is %s, expected a list", key, value_describe(node));

	yaml_node_item_t *item = node->data.sequence.items.start;

	*into = lab_xmalloc(((size_t)(node->data.sequence.items.top - item) + 1) * sizeof(char *));
	for (; item < node->data.sequence.items.top; item++) {
		yaml_node_t *value = yaml_document_get_node(&r->document, *item);
		const char *text = value_text(value);

		if (text == NULL || !element->fits(text))
			return value_fail_at(r, value, "%s holds %s, expected %s", key,
				value_describe(value), element->words);
		for (size_t i = 0; i < count; i++)
			if (strcmp((*into)[i], text) == 0)
				return value_fail_at(r, value,
					"%s holds \"%s\" twice, expected once", key, text);
		(*into)[count++] = value_keep(r, value, text);
	}
	return 0;
}

bool value_is_empty_list(const yaml_node_t *node)
{
	return node->data.sequence.items.start == node->data.sequence.items.top;
}
