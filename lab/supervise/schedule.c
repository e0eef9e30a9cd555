/* Schedules: see schedule.h. The drawing of choices is part of the format. */
#include "config.h"

#include "lab/supervise/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"

static int bad_name(const char *name, struct lab_error *e)
{
	return lab_fail(e, LAB_USAGE,
		"schedule \"%s\": expected natural, random:SEED, pct:SEED:DEPTH:STEPS, slow:SEED "
		"or "
		"choices:N.N.N",
		name);
}

static int parse_choices(struct schedule *s, const char *text)
{
	size_t cap = strlen(text) / 2 + 1;

	s->choices = lab_xmalloc(cap * sizeof(*s->choices));
	while (*text) {
		char *end;
		unsigned long n;

		if (*text < '0' || *text > '9')
			return -1;
		errno = 0;
		n = strtoul(text, &end, 10);
		if (errno || n > 1000000 || (*end && *end != '.') || (*end == '.' && !end[1]))
			return -1;
		s->choices[s->choice_count++] = (unsigned)n;
		text = *end ? end + 1 : end;
	}
	return 0;
}

/* A number at *TEXT up to END ('\0' or ':'), which is passed over. */
static bool parse_number(const char **text, char end, uint64_t *into)
{
	char *stop;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	*into = strtoull(*text, &stop, 10);
	if (errno || *stop != end)
		return false;
	*text = end ? stop + 1 : stop;
	return true;
}

static bool parse_seed(struct schedule *s, const char *text)
{
	uint64_t seed;

	if (!parse_number(&text, '\0', &seed))
		return false;
	s->rng = rng_seed(seed);
	return true;
}

static bool parse_pct(struct schedule *s, const char *text)
{
	uint64_t seed, depth, steps;

	if (!parse_number(&text, ':', &seed) || !parse_number(&text, ':', &depth) ||
		!parse_number(&text, '\0', &steps) || depth < 1 || depth > SCHEDULE_DEPTH_MAX ||
		steps < 1 || steps > SCHEDULE_STEPS_MAX)
		return false;
	s->rng = rng_seed(seed);
	while (s->change_count + 1 < depth)
		s->changes[s->change_count++] = rng_below(&s->rng, steps);
	return true;
}

static bool parse_list(struct schedule *s, const char *text)
{
	return parse_choices(s, text) == 0;
}

int schedule_init(struct schedule *s, const char *name, struct lab_error *e)
{
	static const struct {
		const char *prefix;
		enum schedule_kind kind;
		bool (*parse)(struct schedule *s, const char *text);
	} kinds[] = {
		{"random:", SCHEDULE_RANDOM, parse_seed},
		{"pct:", SCHEDULE_PCT, parse_pct},
		{"slow:", SCHEDULE_SLOW, parse_seed},
		{"choices:", SCHEDULE_CHOICES, parse_list},
	};

	*s = (struct schedule){.kind = SCHEDULE_NATURAL};
	if (!name || strcmp(name, "natural") == 0)
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i].prefix);

		if (strncmp(name, kinds[i].prefix, len) != 0)
			continue;
		s->kind = kinds[i].kind;
		if (kinds[i].parse(s, name + len))
			return 0;
		schedule_done(s);
		break;
	}
	return bad_name(name, e);
}

void schedule_done(struct schedule *s)
{
	free(s->choices);
	s->choices = NULL;
	s->choice_count = 0;
	free(s->priorities);
	s->priorities = NULL;
	s->priority_count = 0;
}

/* ---- probabilistic concurrency testing ---- */

/* Above all that a fallen task gets: those lie below PRIORITY_LEAST, the later the lower. */
#define PRIORITY_LEAST (UINT64_C(1) << 32)

static uint64_t *priority_of(struct schedule *s, int task)
{
	size_t index = (size_t)task, more = index + 1 - s->priority_count;

	if (index >= s->priority_count) {
		s->priorities = lab_xrealloc(s->priorities, (index + 1) * sizeof(*s->priorities));
		memset(s->priorities + s->priority_count, 0, more * sizeof(*s->priorities));
		s->priority_count = index + 1;
	}
	if (s->priorities[index] == 0)
		s->priorities[index] = PRIORITY_LEAST + (rng_next(&s->rng) >> 1);
	return &s->priorities[index];
}

static size_t highest(struct schedule *s, const int *tasks, size_t count)
{
	size_t best = 0;
	uint64_t most = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t priority = *priority_of(s, tasks[i]);

		if (priority > most) {
			most = priority;
			best = i;
		}
	}
	return best;
}

static size_t pick_pct(struct schedule *s, const int *tasks, size_t count)
{
	size_t best = highest(s, tasks, count);

	for (size_t i = 0; i < s->change_count; i++)
		if (s->changes[i] == s->made)
			*priority_of(s, tasks[best]) = PRIORITY_LEAST - 1 - i;
	s->made++;
	return highest(s, tasks, count);
}

void schedule_yield(struct schedule *s, int task)
{
	if (s->kind == SCHEDULE_PCT)
		*priority_of(s, task) =
			PRIORITY_LEAST - 1 - SCHEDULE_DEPTH_MAX - (++s->yields & 0xffffff);
}

/* ---- choosing ---- */

size_t schedule_pick(struct schedule *s, const int *tasks, size_t count, size_t current)
{
	switch (s->kind) {
	case SCHEDULE_RANDOM:
	case SCHEDULE_SLOW:
		return (size_t)rng_below(&s->rng, count);
	case SCHEDULE_PCT:
		return pick_pct(s, tasks, count);
	case SCHEDULE_CHOICES:
		if (s->next < s->choice_count) {
			size_t picked = s->choices[s->next++];

			return picked < count ? picked : count - 1;
		}
		break;
	case SCHEDULE_NATURAL:
		break;
	}
	return current < count ? current : 0;
}

/* The highest stays so up to the next change; all must have been seen. */
static unsigned ahead_pct(
	const struct schedule *s, const int *tasks, size_t count, size_t current, unsigned most)
{
	for (size_t i = 0; i < count; i++) {
		size_t index = (size_t)tasks[i], mine = (size_t)tasks[current];

		if (index >= s->priority_count || s->priorities[index] == 0 ||
			s->priorities[index] > s->priorities[mine])
			return 0;
	}
	for (size_t i = 0; i < s->change_count; i++)
		if (s->changes[i] >= s->made && s->changes[i] - s->made < most)
			most = (unsigned)(s->changes[i] - s->made);
	return most;
}

unsigned schedule_ahead(
	const struct schedule *s, const int *tasks, size_t count, size_t current, unsigned most)
{
	struct schedule copy = *s; /* of which all but pct's priorities changes */
	unsigned n = 0;

	if (s->kind == SCHEDULE_PCT)
		return ahead_pct(s, tasks, count, current, most);
	while (n < most && schedule_pick(&copy, tasks, count, current) == current)
		n++;
	return n;
}

/* One in four: a task that could run does so before long, whatever the others' timers do. */
bool schedule_lets_time_pass(struct schedule *s)
{
	return s->kind == SCHEDULE_SLOW && rng_below(&s->rng, 4) == 0;
}
