/* What results count: a policy (lab/exercise/policy.h) applied to a grade book. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "runner/class/book.h"

double class_book_counts(const struct class_book *b, size_t cell)
{
	const struct class_cell *c = &b->cells[cell];
	const char *exercise = b->exercises[cell % b->exercise_count]->id;

	return b->policy ? c->score * (1 - policy_penalty(b->policy, exercise, c->time)) : c->score;
}

/* What is dropped first comes first: the smallest part of what could be had, and of equal ones that
 * which weighs most. */
struct counted {
	double score, most; /* weighted */
	size_t exercise;
};

static int worst_first(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;
	double p = x->score * y->most, q = y->score * x->most;

	if (p != q)
		return p < q ? -1 : 1;
	if (x->most != y->most)
		return x->most > y->most ? -1 : 1;
	return x->exercise < y->exercise ? -1 : 1;
}

/* What is broken or not graded yet is in neither sum. */
static size_t collect(const struct class_book *b, size_t student, struct counted *list)
{
	size_t count = 0;

	for (size_t i = 0; i < b->exercise_count; i++) {
		size_t cell = student * b->exercise_count + i;
		const struct class_cell *c = &b->cells[cell];
		double weight = b->policy ? policy_weight(b->policy, b->exercises[i]->id) : 1;

		if (*c->state && strcmp(c->state, "broken") != 0 && weight > 0)
			list[count++] = (struct counted){
				weight * class_book_counts(b, cell), weight * c->max_score, i};
	}
	return count;
}

void class_book_total(const struct class_book *b, size_t student, double *score, double *most)
{
	LAB_FREE struct counted *list = lab_xmalloc((b->exercise_count + 1) * sizeof(*list));
	size_t count = collect(b, student, list), first = 0;

	*score = *most = 0;
	if (b->policy && b->policy->drop_lowest && count > 0) {
		qsort(list, count, sizeof(*list), worst_first);
		first = (size_t)b->policy->drop_lowest < count ? (size_t)b->policy->drop_lowest
							       : count - 1;
	}
	for (size_t i = first; i < count; i++) {
		*score += list[i].score;
		*most += list[i].most;
	}
}

void class_book_tell_untimed(const struct class_book *b, FILE *out)
{
	size_t count = 0;

	for (size_t i = 0; b->policy && i < b->student_count * b->exercise_count; i++)
		count += *b->cells[i].key && !b->cells[i].time &&
			 policy_deadline(b->policy, b->exercises[i % b->exercise_count]->id) > 0;
	if (count)
		fprintf(out,
			"ipclab: nobody knows when %zu of the submissions were handed in: they "
			"count as in time\n",
			count);
}
