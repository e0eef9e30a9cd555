/*
 * The runtime's first breath: tells the supervisor that main() is next.
 *
 * .preinit_array runs before any constructor of the program, whatever priority that one claims, and
 * the runtime is the first object on the linker's command line, so that this entry is the first of
 * all. What follows the marker is the student's.
 */
#include "config.h"

#include "lab/guest/guest.h"

static GUEST_TEXT void ipclab_start(void)
{
	ipclab_mark(MARK_MAIN, (long)&ipclab_in_handler, 0, 0, 0);
}

static void (*const ipclab_start_entry)(void)
	__attribute__((section(".preinit_array"), used)) = ipclab_start;
