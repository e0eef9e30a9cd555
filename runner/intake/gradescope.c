/*
 * Gradescope's export: folders submission_N, and submission_metadata.yml that says whose each is
 * and when it came. Its keys are those of Ruby, ":submitters". What is handed in by two belongs to
 * both.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/when.h"
#include "runner/intake/internal.h"

enum { METADATA_MOST = 64 << 20 };

static yaml_node_t *value_of(yaml_document_t *d, const yaml_node_t *map, const char *key)
{
	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
		p++) {
		const yaml_node_t *k = yaml_document_get_node(d, p->key);

		if (k && k->type == YAML_SCALAR_NODE &&
			strcmp((const char *)k->data.scalar.value, key) == 0)
			return yaml_document_get_node(d, p->value);
	}
	return NULL;
}

static const char *text_of(yaml_document_t *d, const yaml_node_t *map, const char *key)
{
	const yaml_node_t *node = value_of(d, map, key);

	return node && node->type == YAML_SCALAR_NODE && node->data.scalar.length
		       ? (const char *)node->data.scalar.value
		       : NULL;
}

/* A scalar, or what Ruby makes of a time with a zone: a mapping that has it in utc. */
static int64_t time_of(yaml_document_t *d, const yaml_node_t *submission)
{
	const yaml_node_t *node = value_of(d, submission, ":created_at");
	const char *text = node && node->type == YAML_MAPPING_NODE
				   ? text_of(d, node, "utc")
				   : text_of(d, submission, ":created_at");
	int64_t seconds;

	return text && when_read(text, &seconds) ? seconds : 0;
}

static void name_student(struct intake_student *s, yaml_document_t *d, const yaml_node_t *who)
{
	intake_replace(&s->name, text_of(d, who, ":name"));
	intake_replace(&s->id, text_of(d, who, ":sid"));
	intake_replace(&s->email, text_of(d, who, ":email"));
	s->official = true;
}

/* The student that was found under this folder's name gets a name; others of the group are added,
 * with the same places. */
static void take_submission(
	struct intake *in, size_t student, yaml_document_t *d, const yaml_node_t *submission)
{
	const yaml_node_t *group = value_of(d, submission, ":submitters");
	size_t count = group && group->type == YAML_SEQUENCE_NODE
			       ? (size_t)(group->data.sequence.items.top -
					  group->data.sequence.items.start)
			       : 0;

	in->students[student].submitted = time_of(d, submission);
	for (size_t i = 0; i < count; i++) {
		const yaml_node_t *who =
			yaml_document_get_node(d, group->data.sequence.items.start[i]);
		size_t at = i == 0 ? student : students_twin(in, student);

		name_student(&in->students[at], d, who);
	}
}

static int load(const char *path, yaml_document_t *d, struct lab_error *e)
{
	BUF_SCOPED text = BUF_INIT;
	yaml_parser_t parser;
	int good;

	if (file_read(path, &text, METADATA_MOST, e) < 0)
		return -1;
	if (!yaml_parser_initialize(&parser))
		return lab_fail(e, LAB_BROKEN, "read \"%s\": no memory", path);
	yaml_parser_set_input_string(&parser, (const unsigned char *)buf_text(&text), text.len);
	good = yaml_parser_load(&parser, d);
	if (!good)
		lab_fail(e, LAB_USAGE, "%zu:%zu: %s", parser.problem_mark.line + 1,
			parser.problem_mark.column + 1,
			parser.problem ? parser.problem : "no YAML");
	yaml_parser_delete(&parser);
	return good ? 0 : -1;
}

void gradescope_read(struct intake *in, const char *folder, size_t first)
{
	LAB_FREE char *path = path_join(folder, GRADESCOPE_FILE);
	size_t end = in->count;
	struct lab_error e = {0};
	yaml_document_t d;

	if (load(path, &d, &e) < 0) {
		intake_note(&in->notes,
			"%s cannot be read, so students are called by their submissions: %s",
			GRADESCOPE_FILE, e.text);
		return;
	}
	for (size_t i = first; i < end; i++) {
		LAB_FREE char *key = lab_xstrdup(in->students[i].name);
		const yaml_node_t *submission = value_of(&d, yaml_document_get_root_node(&d), key);

		if (submission)
			take_submission(in, i, &d, submission);
		else
			intake_note(&in->notes, "%s says nothing of \"%s\"", GRADESCOPE_FILE, key);
	}
	yaml_document_delete(&d);
}
