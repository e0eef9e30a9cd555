/* Verdicts and classes by name. See verdict.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/verdict/verdict.h"

static const char *const verdict_names[] = {
	[VERDICT_PASS] = "pass",
	[VERDICT_FAIL] = "fail",
	[VERDICT_BROKEN] = "broken",
};

static const char *const class_names[CLASS_COUNT] = {
	[CLASS_NONE] = "none",
	[CLASS_OUTPUT] = "output",
	[CLASS_EXIT] = "exit",
	[CLASS_DEADLOCK] = "deadlock",
	[CLASS_SCHEDULE] = "schedule",
	[CLASS_RACE] = "race",
	[CLASS_LEAK] = "leak",
	[CLASS_FAULT] = "fault",
	[CLASS_TIME] = "time",
	[CLASS_SPIN] = "spin",
	[CLASS_CRASH] = "crash",
	[CLASS_LIMIT] = "limit",
	[CLASS_COMPILE] = "compile",
	[CLASS_ANSWER] = "answer",
	[CLASS_HANDLER] = "handler",
	[CLASS_BROKEN] = "broken",
};

#define VERDICT_COUNT (sizeof(verdict_names) / sizeof(verdict_names[0]))

const char *verdict_name(enum verdict v)
{
	return (size_t)v < VERDICT_COUNT ? verdict_names[v] : "?";
}

const char *verdict_class_name(enum verdict_class c)
{
	return (size_t)c < CLASS_COUNT ? class_names[c] : "?";
}

bool verdict_from_name(const char *text, enum verdict *v)
{
	for (size_t i = 0; text && i < VERDICT_COUNT; i++) {
		if (strcmp(verdict_names[i], text) == 0) {
			*v = (enum verdict)i;
			return true;
		}
	}
	return false;
}

bool verdict_class_from_name(const char *text, enum verdict_class *c)
{
	for (size_t i = 0; text && i < CLASS_COUNT; i++) {
		if (strcmp(class_names[i], text) == 0) {
			*c = (enum verdict_class)i;
			return true;
		}
	}
	return false;
}

void check_result_done(struct check_result *c)
{
	free(c->name);
	free(c->message);
	free(c->file);
	free(c->source);
	free(c->schedule);
	free(c->shortest);
	free(c->log_sums);
	refusals_done(&c->refused);
	*c = (struct check_result){0};
}
