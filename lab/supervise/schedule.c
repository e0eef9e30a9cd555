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
		"schedule \"%s\": expected natural, random:SEED or choices:N.N.N", name);
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

int schedule_init(struct schedule *s, const char *name, struct lab_error *e)
{
	*s = (struct schedule){.kind = SCHEDULE_NATURAL};
	if (!name || strcmp(name, "natural") == 0)
		return 0;
	if (strncmp(name, "random:", 7) == 0) {
		char *end;
		unsigned long long seed;

		errno = 0;
		seed = strtoull(name + 7, &end, 10);
		if (errno || end == name + 7 || *end || name[7] < '0' || name[7] > '9')
			return bad_name(name, e);
		s->kind = SCHEDULE_RANDOM;
		s->rng = rng_seed(seed);
		return 0;
	}
	if (strncmp(name, "choices:", 8) == 0) {
		s->kind = SCHEDULE_CHOICES;
		if (parse_choices(s, name + 8) < 0) {
			schedule_done(s);
			return bad_name(name, e);
		}
		return 0;
	}
	return bad_name(name, e);
}

void schedule_done(struct schedule *s)
{
	free(s->choices);
	s->choices = NULL;
	s->choice_count = 0;
}

size_t schedule_pick(struct schedule *s, size_t count, size_t current)
{
	switch (s->kind) {
	case SCHEDULE_RANDOM:
		return (size_t)rng_below(&s->rng, count);
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
