/* "Did you mean": the names nearest to a mistyped one. */
#ifndef RUNNER_NEAR_H
#define RUNNER_NEAR_H

#include <stddef.h>

/* How many letters must be changed, added, taken away or swapped with their neighbour to make B
 * of A (optimal string alignment). */
unsigned near_distance(const char *a, const char *b);

#endif
