/* Small logs and what a timeline says of them: the facts at a step, one by one. */
#ifndef TESTS_UNIT_FACTS_H
#define TESTS_UNIT_FACTS_H

#include <string.h>

#include "lab/timeline/timeline.h"

/* How most of them begin. */
#define RUN   "- run -"
#define START "t1 start - prog=/lab/bin/count argv0=/lab/bin/count pid=4711"
#define PIPE  "t1 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0 @x.c:5:main"
#define FORK  "t1 fork fork child=t2 pid=4712 @x.c:6:main"

/* What F says of TASK, or, if that is 0, of OBJECT; "" if nothing. */
static inline const char *fact(
	const struct timeline_facts *f, int task, const char *object, enum timeline_aspect aspect)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct timeline_fact *a = &f->list[i];

		if (a->task == task && a->aspect == aspect && !a->gone &&
			(task || strcmp(a->object, object) == 0))
			return a->text;
	}
	return "";
}

/* All facts at STEP, with what the step has changed. */
static inline void facts_at(struct timeline *t, size_t step, struct timeline_facts *f)
{
	timeline_facts(f, timeline_at(t, TIMELINE_NOW, step),
		step ? timeline_at(t, TIMELINE_BEFORE, step - 1) : timeline_nothing(t));
}

#endif
