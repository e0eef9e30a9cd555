/* What verify complains about: one line each, in the order in which they were added. */
#ifndef RUNNER_VERIFY_PROBLEM_H
#define RUNNER_VERIFY_PROBLEM_H

#include <stddef.h>

struct problems {
	char **list;
	size_t count;
};

/* White space in the text, line ends too, becomes single blanks. */
void problems_add(struct problems *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void problems_done(struct problems *p);

#endif
