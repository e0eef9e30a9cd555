/*
 * Reading values of front matter: what front.c (which keys there are) has from value.c (what a
 * text, a number, a list is). Private to this room.
 */
#ifndef LAB_EXERCISE_VALUE_H
#define LAB_EXERCISE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "lab/base/error.h"
#include "lab/exercise/marks.h"

struct reader {
	yaml_document_t document;
	int first_line;
	struct exercise *ex;
	struct marks *marks;
	struct lab_error *e;
};

/* What an element of a list must be: a test and the words for it. */
struct element {
	bool (*fits)(const char *text);
	const char *words;
};

/* LAB_BROKEN at this place of the front matter (both from 0); returns -1. */
int value_fail(struct reader *r, size_t line, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
#define fail_node(r, node, ...) \
	value_fail(r, (node)->start_mark.line, (node)->start_mark.column, __VA_ARGS__)

/* What a node is, in words that name its value. Static storage. */
const char *value_describe(const yaml_node_t *node);
/* A scalar with something in it and no NUL, or NULL. */
const char *value_text(const yaml_node_t *node);
/* An owned copy of TEXT, marked with the node's place. */
char *value_keep(struct reader *r, const yaml_node_t *node, const char *text);

int value_read_line(struct reader *r, const yaml_node_t *node, const char *key, char **into);
int value_read_number(
	struct reader *r, const yaml_node_t *node, const char *key, int most, int *into);
int value_read_list(struct reader *r, const yaml_node_t *node, const char *key,
	const struct element *element, char ***into);
bool value_is_empty_list(const yaml_node_t *node);

#endif
