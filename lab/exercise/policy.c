/* How results become grades: see policy.h. One table says which keys there are and who reads each.
 */
#include "config.h"

#include "lab/exercise/policy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/when.h"
#include "lab/values/values.h"

#define POLICY_MOST (1u << 20) /* bytes of the file */
#define DAY         86400

/* What is read into. */
struct target {
	const struct course *course;
	struct policy *policy;
};

static const struct course *course_of(const struct value_reader *r)
{
	return ((const struct target *)r->into)->course;
}

static struct policy *policy_of(const struct value_reader *r)
{
	return ((const struct target *)r->into)->policy;
}

/* ---- values ---- */

/* With its time zone: staff and server may be in two. 0: it is none. */
static int64_t parse_moment(const char *text)
{
	int64_t seconds;

	return strlen(text) > 11 && strpbrk(text + 11, "Z+-") && when_read(text, &seconds) ? seconds
											   : 0;
}

static int read_moment(
	struct value_reader *r, const yaml_node_t *node, const char *what, int64_t *into)
{
	const char *text = value_text(node);

	*into = text ? parse_moment(text) : 0;
	return *into > 0 ? 0
			 : value_fail_at(r, node,
				   "%s is %s, expected a moment with its time zone, such as "
				   "2026-03-01 23:59 +0100",
				   what, value_describe(node));
}

/* A number of at least 0 with what follows it. */
static bool parse_number(const char *text, double *value, const char **end)
{
	char *after;

	if (!text || strspn(text, "0123456789.") == 0)
		return false;
	*value = strtod(text, &after);
	*end = after;
	return after != text && isfinite(*value);
}

static int read_percent(
	struct value_reader *r, const yaml_node_t *node, const char *what, double *into)
{
	const char *end;

	if (!parse_number(value_text(node), into, &end) || strcmp(end, "%") != 0 || *into > 100)
		return value_fail_at(
			r, node, "%s is %s, expected 0%% to 100%%", what, value_describe(node));
	*into /= 100;
	return 0;
}

static int read_span(
	struct value_reader *r, const yaml_node_t *node, const char *what, int64_t *into)
{
	static const struct {
		const char *unit;
		int seconds;
	} units[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", DAY}};
	const char *end;
	double number;

	if (parse_number(value_text(node), &number, &end) && number < 100000)
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (strcmp(end, units[i].unit) == 0) {
				*into = (int64_t)(number * units[i].seconds);
				return 0;
			}
	return value_fail_at(r, node, "%s is %s, expected a span of time such as 30s, 15m, 2h, 1d",
		what, value_describe(node));
}

/* ---- mappings ---- */

typedef int read_entry(struct value_reader *r, const yaml_node_t *key, const yaml_node_t *value);

static int read_mapping(struct value_reader *r, const yaml_node_t *node, const char *what,
	const char *such_as, read_entry *each)
{
	if (node->type != YAML_MAPPING_NODE)
		return value_fail_at(r, node, "%s is %s, expected a mapping such as %s", what,
			value_describe(node), such_as);
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top; pair++)
		if (each(r, yaml_document_get_node(&r->document, pair->key),
			    yaml_document_get_node(&r->document, pair->value)) < 0)
			return -1;
	return 0;
}

static bool is_of(const char *exercise, const char *name)
{
	size_t len = strlen(name);

	return strncmp(exercise, name, len) == 0 && (!exercise[len] || exercise[len] == '/');
}

/* A rule for the chapter or exercise that KEY names, once. */
static struct policy_rule *add_rule(
	struct value_reader *r, struct policy_rules *rules, const yaml_node_t *key)
{
	const char *name = value_text(key);
	bool known = false;

	for (size_t i = 0; name && i < course_of(r)->count; i++)
		known |= is_of(course_of(r)->exercises[i]->id, name);
	if (!known) {
		value_fail_at(r, key,
			"%s, expected a chapter or an exercise of the course, such as %s",
			value_describe(key),
			course_of(r)->count ? course_of(r)->exercises[0]->id : "04-pipes");
		return NULL;
	}
	for (size_t i = 0; i < rules->count; i++)
		if (strcmp(rules->list[i].of, name) == 0) {
			value_fail_at(r, key, "\"%s\" a second time, expected once", name);
			return NULL;
		}
	rules->list = lab_xrealloc(rules->list, (rules->count + 1) * sizeof(*rules->list));
	rules->list[rules->count] = (struct policy_rule){.of = lab_xstrdup(name)};
	return &rules->list[rules->count++];
}

static int add_deadline(struct value_reader *r, const yaml_node_t *key, const yaml_node_t *value)
{
	struct policy_rule *rule = add_rule(r, &policy_of(r)->deadlines, key);

	return rule ? read_moment(r, value, rule->of, &rule->deadline) : -1;
}

static int add_weight(struct value_reader *r, const yaml_node_t *key, const yaml_node_t *value)
{
	struct policy_rule *rule = add_rule(r, &policy_of(r)->weights, key);
	const char *end = "";

	if (!rule)
		return -1;
	if (!parse_number(value_text(value), &rule->weight, &end) || *end || rule->weight > 1000)
		return value_fail_at(r, value, "the weight of %s is %s, expected 0 to 1000",
			rule->of, value_describe(value));
	return 0;
}

static int add_late(struct value_reader *r, const yaml_node_t *key, const yaml_node_t *value)
{
	const char *name = value_text(key);

	if (name && strcmp(name, "grace") == 0)
		return read_span(r, value, name, &policy_of(r)->grace);
	if (name && strcmp(name, "per-day") == 0)
		return read_percent(r, value, name, &policy_of(r)->per_day);
	if (name && strcmp(name, "cap") == 0)
		return read_percent(r, value, name, &policy_of(r)->cap);
	return value_fail_at(r, key, "unknown key %s of late, expected grace, per-day or cap",
		value_describe(key));
}

/* ---- the file ---- */

static int read_deadline(struct value_reader *r, const yaml_node_t *node)
{
	return read_moment(r, node, "deadline", &policy_of(r)->deadline);
}

static int read_deadlines(struct value_reader *r, const yaml_node_t *node)
{
	return read_mapping(
		r, node, "deadlines", "{04-pipes: 2026-03-08 23:59 +0100}", add_deadline);
}

static int read_late(struct value_reader *r, const yaml_node_t *node)
{
	return read_mapping(r, node, "late", "{grace: 15m, per-day: 10%, cap: 50%}", add_late);
}

static int read_weights(struct value_reader *r, const yaml_node_t *node)
{
	return read_mapping(r, node, "weights", "{04-pipes: 2}", add_weight);
}

static int read_drop_lowest(struct value_reader *r, const yaml_node_t *node)
{
	return value_read_number(r, node, "drop-lowest", 1000, &policy_of(r)->drop_lowest);
}

static const struct value_key keys[] = {
	{"deadline", false, read_deadline},
	{"deadlines", false, read_deadlines},
	{"late", false, read_late},
	{"weights", false, read_weights},
	{"drop-lowest", false, read_drop_lowest},
};
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

int policy_read(
	const char *path, const struct course *course, struct policy *p, struct lab_error *e)
{
	struct target target = {course, p};
	struct value_reader r = {
		.path = path,
		.first_line = 1,
		.whole = "the policy",
		.example = "deadline: ...",
		.may_be_empty = true,
		.kind = LAB_USAGE,
		.e = e,
		.into = &target,
	};
	BUF_SCOPED text = BUF_INIT;

	*p = (struct policy){.cap = 1};
	if (file_read(path, &text, POLICY_MOST, e) < 0) {
		if (e)
			e->kind = LAB_USAGE;
		return -1;
	}
	return value_read_keys(&r, buf_text(&text), text.len, keys, KEY_COUNT);
}

static void rules_done(struct policy_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		free(rules->list[i].of);
	free(rules->list);
}

void policy_done(struct policy *p)
{
	rules_done(&p->deadlines);
	rules_done(&p->weights);
	*p = (struct policy){0};
}

/* ---- what it says ---- */

/* The rule that names most of EXERCISE, or NULL. */
static const struct policy_rule *rule_of(const struct policy_rules *rules, const char *exercise)
{
	const struct policy_rule *best = NULL;

	for (size_t i = 0; i < rules->count; i++)
		if (is_of(exercise, rules->list[i].of) &&
			(!best || strlen(rules->list[i].of) > strlen(best->of)))
			best = &rules->list[i];
	return best;
}

double policy_weight(const struct policy *p, const char *exercise)
{
	const struct policy_rule *rule = rule_of(&p->weights, exercise);

	return rule ? rule->weight : 1;
}

int64_t policy_deadline(const struct policy *p, const char *exercise)
{
	const struct policy_rule *rule = rule_of(&p->deadlines, exercise);

	return rule ? rule->deadline : p->deadline;
}

double policy_penalty(const struct policy *p, const char *exercise, int64_t submitted)
{
	int64_t deadline = policy_deadline(p, exercise);
	double part;

	if (!deadline || !submitted || submitted <= deadline + p->grace)
		return 0;
	part = (double)((submitted - deadline + DAY - 1) / DAY) * p->per_day;
	return part < p->cap ? part : p->cap;
}
