/*
 * See tape.h. The supervisor changes the tape only while the task is stopped, and each change gives
 * its state another generation: what was begun before (a signal can come at any instruction) is not
 * put then, but made as a marker.
 *
 * Memory is looked at here that the program is about to use, or has used: it may be gone by now. An
 * access of ours that fails there is passed over by the supervisor, which knows the instruction.
 */
#include "config.h"

#include "lab/guest/tape.h"

extern const char ipclab_peek[] __attribute__((visibility("hidden")));

struct guest_tape ipclab_tape = {.peek = (unsigned long)ipclab_peek};

static struct {
	unsigned long at, size;
} wrote;

#if defined(__x86_64__)
/* SIZE bytes at AT; how many of them could not be had. */
static GUEST_TEXT unsigned long peek(unsigned long at, unsigned long size, unsigned long *value)
{
	unsigned long *to = value;

	*value = 0;
	__asm__ volatile("ipclab_peek: rep movsb" : "+D"(to), "+S"(at), "+c"(size) : : "memory");
	return size;
}

static inline int put(unsigned long was, unsigned long is)
{
	unsigned long found = was;

	__asm__ volatile("cmpxchg %2, %1"
			 : "+a"(found), "+m"(ipclab_tape.state)
			 : "r"(is)
			 : "cc", "memory");
	return found == was;
}
#else
const char ipclab_peek[1];

static GUEST_TEXT unsigned long peek(unsigned long at, unsigned long size, unsigned long *value)
{
	(void)at;
	*value = 0;
	return size;
}

static inline int put(unsigned long was, unsigned long is)
{
	return __sync_bool_compare_and_swap(&ipclab_tape.state, was, is);
}
#endif

GUEST_ENTRY int ipclab_tape_put(const struct guest_record *record, unsigned long look,
	unsigned long size, const void *frame)
{
	unsigned long state = *(volatile unsigned long *)&ipclab_tape.state, outer = 0;
	unsigned long before = 0, value = 0, wrote_at = wrote.size ? wrote.at : 0;
	struct guest_record *r = &ipclab_tape.of[state & (GUEST_TAPE - 1)];
	int known = size && !peek(look, size, &value);

	if (wrote_at && peek(wrote_at, wrote.size, &before))
		wrote_at = 0;
	if (peek(*(const unsigned long *)frame + sizeof(long), sizeof(long), &outer))
		outer = 0;
	if (!(state >> 8 & 255))
		return 0;
	r->number = record->number;
	r->arguments[0] = record->arguments[0];
	r->arguments[1] = record->arguments[1];
	r->arguments[2] = record->arguments[2];
	r->arguments[3] = record->arguments[3];
	r->place = record->place;
	r->outer = outer;
	r->known = known;
	r->value = value;
	r->wrote = wrote_at;
	r->before = before;
	return put(state, state + 1 - (1UL << 8));
}

GUEST_ENTRY void ipclab_tape_writes(unsigned long at, unsigned long size)
{
	wrote.at = at;
	wrote.size = size < sizeof(long) ? size : sizeof(long);
}
