/*
 * Counts the blocks of code that a program enters (-fsanitize-coverage=trace-pc), so that a loop
 * without a system call stops at the same point every time. gcc and clang call the same name.
 *
 * The counter is the process's own: a forked child goes on from where its parent stood. Threads
 * decrement it without a lock; a lost decrement moves a tick, and under the supervisor only one of
 * them runs at a time.
 */
#include "config.h"

#include "lab/guest/guest.h"

void __sanitizer_cov_trace_pc(void);

static long ipclab_blocks_left = MARK_TICK_BLOCKS;

static GUEST_TEXT void ipclab_tick(void)
{
	ipclab_blocks_left = MARK_TICK_BLOCKS;
	ipclab_mark(MARK_TICK, MARK_TICK_BLOCKS, 0, 0, 0);
}

GUEST_ENTRY void __sanitizer_cov_trace_pc(void)
{
	if (__builtin_expect(--ipclab_blocks_left <= 0, 0)) {
		ipclab_tick();
	}
}
