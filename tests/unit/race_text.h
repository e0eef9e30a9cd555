/*
 * Small traces for the race detector as text: operations in order, divided by ';', each "TASK
 * OPERATION ARGUMENTS". Accesses are named a, b, c in the order in which they stand; what is
 * reported is named by them: "a-c" (first, second), several divided by a space, or "clean".
 *
 *	1 w x          write x, bytes 0 to 7    r read; vw vr volatile; aw ar au atomic (update)
 *	1 w x 4-12     bytes 4 to 11            1 aw x rel    order: rlx con acq rel acqrel sc
 *	1 fork 2       and: exit, join 2, gone, exec, edge 2
 *	1 rel K, 1 acq K, 1 lock K [sh], 1 unlock K, 1 lockr K 0-4 [sh], 1 unlockr K 0-4
 *	1 file-lock K 5 [sh], 1 file-unlock K 5, 1 file-leave K 5    for owner 5
 *	1 set S 1, 1 post S [2], 1 wait S [2], 1 zero S, 1 look S, 1 arrive B, 1 depart B
 *	1 send Q id, 1 recv Q id, 1 put P bytes, 1 get P bytes, 1 peek P bytes
 *	1 fence rel, 1 forget x 0-8, 1 forget-lock K, -sem, -barrier, -channel
 *	1 sig 10, 1 block 10, 1 unblock, 1 handler 10, 1 end
 *
 * Names of objects and keys are letters: their number is the character.
 */
#ifndef TESTS_UNIT_RACE_TEXT_H
#define TESTS_UNIT_RACE_TEXT_H

#include "lab/base/buf.h"
#include "lab/race/race.h"

/* Tells R all of TEXT; a word that is unknown fails the test. Steps count from 1, operations. */
void race_tell(struct race *r, const char *text);
/* What R has reported. */
void race_told(const struct race *r, struct buf *out);

#endif
