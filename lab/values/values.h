/*
 * YAML text becomes values. libyaml gives the nodes with their places, the walk over them is ours,
 * because the faults are: file, line, column, what is there, and what was expected. Which keys
 * there are is a table of the caller's; what the values mean is the caller's matter.
 */
#ifndef LAB_VALUES_VALUES_H
#define LAB_VALUES_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"

struct value_reader {
	const char *path;         /* what faults name ... */
	int first_line;           /* ... and the line of it that the text begins in */
	const char *whole;        /* what they call all of it: "the front matter" */
	const char *example;      /* a key and its value, as expected in it: "title: ..." */
	bool may_be_empty;        /* without a single key it is right all the same */
	enum lab_error_kind kind; /* of faults */
	struct lab_error *e;      /* the first one */
	/* NULL, or all of them, a line each: reading goes on behind what is wrong with one key */
	struct buf *faults;
	/* NULL, or told of each text that is kept, and where it stands (from 1) */
	void (*kept)(struct value_reader *r, const char *text, int line, int column);
	void *into;               /* the caller's own */
	size_t key;               /* the row of the key that is read */
	yaml_document_t document; /* from here on ours */
	bool failed;
};

struct value_key {
	const char *name;
	bool required;
	int (*read)(struct value_reader *r, const yaml_node_t *node);
};

/* Reads TEXT, a mapping with the COUNT keys of this table, each once at most. -1: what is wrong is
 * in R->e, and in R->faults. */
int value_read_keys(struct value_reader *r, const char *text, size_t len,
	const struct value_key *keys, size_t count);

/* A fault at this place of the text (both from 0); returns -1. */
int value_fail(struct value_reader *r, size_t line, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
#define value_fail_at(r, node, ...) \
	value_fail(r, (node)->start_mark.line, (node)->start_mark.column, __VA_ARGS__)

/* What a node is, in words that name its value. Static storage. */
const char *value_describe(const yaml_node_t *node);
/* A scalar with something in it and no NUL, or NULL. */
const char *value_text(const yaml_node_t *node);
/* An owned copy of TEXT, kept with the node's place. */
char *value_keep(struct value_reader *r, const yaml_node_t *node, const char *text);

/* What an element of a list must be: a test and the words for it. */
struct value_element {
	bool (*fits)(const char *text);
	const char *words;
};

/* Each fills *INTO, or is -1 and a fault that calls the value KEY. */
int value_read_line(struct value_reader *r, const yaml_node_t *node, const char *key, char **into);
int value_read_number(
	struct value_reader *r, const yaml_node_t *node, const char *key, int most, int *into);
int value_read_bool(struct value_reader *r, const yaml_node_t *node, const char *key, bool *into);
int value_read_list(struct value_reader *r, const yaml_node_t *node, const char *key,
	const struct value_element *element, char ***into);
bool value_is_empty_list(const yaml_node_t *node);

#endif
