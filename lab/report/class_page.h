/* The page of a class while it is written; for class_page.c and the files beside it only. */
#ifndef LAB_REPORT_CLASS_PAGE_H
#define LAB_REPORT_CLASS_PAGE_H

#include "lab/report/class_sheet.h"

struct class_page {
	struct buf *into;
	const struct report_class *c;
	bool anonymous;
	size_t *order;  /* the students as the page has them */
	size_t *number; /* of each student: the place in that order, from 1 */
	char **names;   /* anonymous: parts of names, in lower case */
	size_t name_count;
};

/* A student's name, or "Student 7". */
void class_page_name(const struct class_page *p, size_t student);
/* TEXT, which comes from a student: unless the page is anonymous, and somebody is named in it. */
void class_page_text(const struct class_page *p, const char *text);
/* A bar of parts: each a share of the whole, with a class of its own. Says nothing that is not told
 * in words beside it. */
struct class_bar {
	const char *kind;
	double share;
};
void class_page_bar(const struct class_page *p, const struct class_bar *bars, size_t count);
/* "37 %" */
void class_page_percent(const struct class_page *p, double share);
/* A class of mistakes, and how many students made one; the most common one has the number 0. */
struct class_rank {
	enum verdict_class class;
	size_t students;
};
void class_page_ranks(const struct class_page *p, struct class_rank ranks[CLASS_COUNT]);
/* What a class of mistakes means: a sentence. */
const char *class_page_explained(enum verdict_class class);
/* An opening tag of a heading that a click sorts by; the N-th column. CLASS may be NULL. */
void class_page_column(const struct class_page *p, const char *class, size_t n, const char *more);

/* class_heat.c: students by exercises. */
void class_page_heat(const struct class_page *p);
/* class_parts.c: what is told below it. */
void class_page_distribution(const struct class_page *p);
void class_page_exercises(const struct class_page *p);
void class_page_hardest(const struct class_page *p);
void class_page_identical(const struct class_page *p);
/* class_mistakes.c */
void class_page_mistakes(const struct class_page *p);
/* class_gist.c: what to look at first, in a sentence or two. */
void class_page_gist(const struct class_page *p);
/* class_refused.c */
void class_page_refused(const struct class_page *p);

#endif
