/*
 * Programs that attack the sandbox from inside. One executable, an attack a row; each says on
 * standard output what it got, one line a try, and test_attacks.c holds what it should have got.
 */
#ifndef TESTS_SANDBOX_ATTACKS_H
#define TESTS_SANDBOX_ATTACKS_H

#include <stddef.h>
#include <stdio.h>

struct attack {
	const char *name;
	int (*run)(char **argv); /* argv[0] is the first word after the name; the exit status */
};

extern const struct attack attacks_on_limits[], attacks_on_init[], attacks_on_files[],
	attacks_on_signals[], attacks_on_others[];

/* "WHAT: ok" if rc >= 0, else "WHAT: EPERM"; returns rc. */
long tried(const char *what, long rc);
/* "WHAT: EMFILE" after COUNT successes, or "WHAT: no bound" with the count when it is not in
 * LEAST..MOST. */
void bounded(const char *what, long count, long least, long most);

#endif
