/* What the printers of a class share: what is known of it, for this room only. See class.h. */
#ifndef LAB_REPORT_CLASS_SHEET_H
#define LAB_REPORT_CLASS_SHEET_H

#include <stdint.h>

#include "lab/report/cases.h"
#include "lab/report/class.h"

enum cell_state { CELL_NONE, CELL_PASS, CELL_FAIL, CELL_MISSING, CELL_BROKEN, CELL_STATES };

struct class_cell {
	enum cell_state state;
	double score;
	char *words; /* why it is no pass, a line for each check that failed; NULL: it is */
	char *work;
};
/* A check that somebody's result has. */
struct class_check {
	char *name;
	size_t passed, failed;
	size_t by_class[CLASS_COUNT]; /* of those that failed */
};
/* A line of source that shows a mistake. */
struct class_example {
	char *file, *source;
	int line;
	size_t count;
};
/* A mistake: what is said of it, whatever the numbers in it are, in one exercise. */
struct class_mistake {
	enum verdict_class class;
	size_t exercise;
	char *words, *key; /* as first said, and without its numbers */
	size_t students;   /* who made it */
	size_t last;       /* who made it last */
	struct class_example *examples;
	size_t example_count;
};
/* What the sandbox refused to somebody's program. */
struct class_refusal {
	size_t person, exercise;
	struct refusal refusal; /* of its own strings */
};
struct class_exercise {
	const struct exercise *exercise;
	size_t of[CELL_STATES];
	double score;    /* the sum */
	char **starters; /* what was given out */
	size_t starter_count;
	struct class_check *checks;
	size_t check_count;
};
struct class_student {
	const struct report_person *person;
	double score, max_score;
	bool totalled;    /* they were told, not added up */
	uint32_t classes; /* bits: of which classes a mistake was made */
	size_t of[CELL_STATES];
};
struct report_class {
	struct class_student *students;
	size_t student_count;
	struct class_exercise *exercises;
	size_t exercise_count;
	struct class_cell *cells; /* [student * exercise_count + exercise] */
	struct class_mistake *mistakes;
	size_t mistake_count;
	struct class_refusal *refused; /* as results were added */
	size_t refused_count;
};

static inline const struct class_cell *class_cell(
	const struct report_class *c, size_t student, size_t exercise)
{
	return &c->cells[student * c->exercise_count + exercise];
}
/* A part of the whole, from 0 to 1; of nothing it is 0. */
static inline double class_share(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}
/* A share in percent; 100 is the whole alone. */
static inline int class_percent(double share)
{
	return (int)(100 * share + 1e-9);
}
static inline double class_student_share(const struct class_student *s)
{
	return class_share(s->score, s->max_score);
}
/* How many results there are of an exercise that somebody handed in and the lab could grade. */
static inline size_t class_graded(const struct class_exercise *e)
{
	return e->of[CELL_PASS] + e->of[CELL_FAIL];
}
/* The mean of what was reached, over all but what is broken or was not graded. */
static inline double class_exercise_share(const struct class_exercise *e)
{
	return class_share(
		e->score, (double)(class_graded(e) + e->of[CELL_MISSING]) * e->exercise->points);
}
const char *class_state_name(enum cell_state state);
/* The students in an order that tells nothing of their names: by what they reached. Caller frees.
 */
size_t *class_by_results(const struct report_class *c);

#endif
