/* What the files of this room share. */
#ifndef LAB_GRADE_INTERNAL_H
#define LAB_GRADE_INTERNAL_H

#include "lab/grade/grade.h"

/* Runs the judge on what was built in WORK; fills checks and complaint. -1: ours, or cancelled. */
int grade_judge(const struct grade_request *request, struct grade *grade, const char *work,
	struct lab_error *e);

#endif
