/* What feedback says: see feedback.h. */
#include "config.h"

#include "lab/report/feedback.h"

#include <math.h>
#include <stdlib.h>

#include "lab/base/buf.h"
#include "lab/report/words.h"

#define LEAST 0.005 /* points: what is less is not shown */

static bool is_broken(const struct report *r)
{
	return !r->missing && r->verdict == VERDICT_BROKEN;
}

char *feedback_points(const struct report *r)
{
	LAB_FREE char *got = words_points(r->score - r->late), *most = words_points(r->max_score);
	LAB_FREE char *late = words_points(r->late);

	if (is_broken(r))
		return lab_xprintf("- of %s", most);
	if (r->late >= LEAST)
		return lab_xprintf("%s of %s (%s less: it came late)", got, most, late);
	return lab_xprintf("%s of %s", got, most);
}

char *feedback_reason(const struct report *r, const struct report_cases *cases)
{
	if (r->missing)
		return lab_xstrdup(r->missing);
	if (is_broken(r))
		return lab_xstrdup("the lab failed, not you");
	if (r->verdict == VERDICT_PASS)
		return lab_xstrdup("");
	if (r->check_count == 0)
		return lab_xstrdup("does not build");
	return lab_xprintf("%zu of %zu checks failed", cases->of[CASE_FAIL], r->check_count);
}

char *feedback_sum(const struct report_feedback *f)
{
	LAB_FREE char *got = words_points(f->score), *most = words_points(f->max_score);
	double score = 0, all = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (is_broken(&f->list[i]))
			continue;
		score += f->list[i].score - f->list[i].late;
		all += f->list[i].max_score;
	}
	return lab_xprintf("%s of %s points%s.", got, most,
		fabs(score - f->score) < LEAST && fabs(all - f->max_score) < LEAST
			? ""
			: ", as your course weighs the exercises");
}

bool feedback_has_more(const struct report *r)
{
	return !r->missing && (r->verdict != VERDICT_PASS || r->refused_count);
}

struct report feedback_report(const struct report *r)
{
	struct report own = *r;

	own.submission = own.course = own.complaint = NULL;
	return own;
}
