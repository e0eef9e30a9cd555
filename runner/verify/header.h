/* The comment that opens a known-wrong program. */
#ifndef RUNNER_VERIFY_HEADER_H
#define RUNNER_VERIFY_HEADER_H

#include <stddef.h>

/*
 * The first lines of the comment say what the program does wrong, in a sentence. After an empty
 * line follow
 *
 *	check: NAME_OF_CHECK
 *	message: a phrase of five words or more, on one line or several, up to an empty one
 *
 * In answers.txt the lines begin with '#'. The caller frees with header_done(); a string is NULL
 * where the comment has none.
 */
struct header {
	char *sentence, *check, *phrase;
};

void header_parse(struct header *h, const char *text);
void header_done(struct header *h);

size_t word_count(const char *text);

#endif
