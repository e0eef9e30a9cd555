/* What feedback for a student says in whatever form, as plain text; for this room only. */
#ifndef LAB_REPORT_FEEDBACK_H
#define LAB_REPORT_FEEDBACK_H

#include <stdbool.h>

#include "lab/report/cases.h"
#include "lab/report/report.h"

/* "2.5 of 4", and what lateness took; "- of 4" where the lab failed. Caller frees. */
char *feedback_points(const struct report *r);
/* Why it is no pass, in a few words, any bytes; "" if it is. Caller frees. */
char *feedback_reason(const struct report *r, const struct report_cases *cases);
/* "7 of 12 points.", and what is in it besides. Caller frees. */
char *feedback_sum(const struct report_feedback *f);
/* Of an exercise there is more to say than its row. */
bool feedback_has_more(const struct report *r);
/* R as it is in the student's own workspace, and without what is for staff. */
struct report feedback_report(const struct report *r);

#endif
