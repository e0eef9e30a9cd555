/*
 * The tape: markers that are written down, where making them would change nothing. As long as the
 * schedule would let the same task go on, the supervisor need not stop it: it says how many markers
 * may be written down instead (guest_tape in markers.h), and plays them when the task stops next,
 * as if each had been made in its time. Log and schedule are the same, to the byte.
 */
#ifndef LAB_GUEST_TAPE_H
#define LAB_GUEST_TAPE_H

#include "lab/guest/guest.h"

extern struct guest_tape ipclab_tape __attribute__((visibility("hidden")));

static inline __attribute__((always_inline)) int tape_runs(void)
{
	return __builtin_expect(ipclab_tape.state >> 8 & 255, 0) != 0;
}

/* What lies at LOOK, SIZE bytes (up to 8), is written down with it. FRAME: of who was called at
 * PLACE. 0: it is to be made after all. */
GUEST_ENTRY int ipclab_tape_put(const struct guest_record *record, unsigned long look,
	unsigned long size, const void *frame);
/* SIZE bytes at AT are about to be written plainly (0: they are not); the next record tells what
 * was. */
GUEST_ENTRY void ipclab_tape_writes(unsigned long at, unsigned long size);

#endif
