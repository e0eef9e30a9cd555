/*
 * The entry points of -fsanitize=thread for plain accesses: the compiler calls one before each
 * load and store of the program. This is all that such a program has of a sanitizer: libtsan is not
 * linked, and what is found out is found out by the supervisor.
 *
 * The marker comes before the access, which is the program's own next instruction. Nobody else runs
 * between the two: the order of the markers is the order of the accesses.
 */
#include "config.h"

#include "lab/guest/race.h"
#include "lab/guest/tape.h"

__attribute__((visibility("hidden"))) struct guest_shared ipclab_shared;

/* The range that ends above ADDR first; COUNT if there is none. */
static inline __attribute__((always_inline)) unsigned long range_above(unsigned long addr)
{
	unsigned long low = 0, high = ipclab_shared.count;

	while (low < high) {
		unsigned long middle = low + (high - low) / 2;

		if (ipclab_shared.ranges[middle].end > addr)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static inline __attribute__((always_inline)) int is_plain_write(long kinds)
{
	return (kinds >> 32 & (GUEST_KINDS | GUEST_DONE)) == GUEST_WRITE;
}

/* What lies in one mapping and has a value that fits is written down. */
static inline __attribute__((always_inline)) int write_down(unsigned long at, unsigned long addr,
	size_t size, long kinds, unsigned long place, long operand)
{
	const struct guest_range *range = &ipclab_shared.ranges[at];
	const struct guest_record record = {.number = MARK_ACCESS,
		.arguments = {addr, (unsigned long)kinds | size, place, (unsigned long)operand},
		.place = place};

	return size <= sizeof(long) && range->begin <= addr && addr + size <= range->end &&
	       ipclab_tape_put(&record, addr, size, __builtin_frame_address(0));
}

GUEST_ENTRY void ipclab_access(
	unsigned long addr, size_t size, long kinds, unsigned long place, long operand)
{
	unsigned long at = range_above(addr);

	if (at >= ipclab_shared.count || ipclab_shared.ranges[at].begin >= addr + size)
		return;
	if (size > 0xffffffff) /* no object is that large */
		size = 0xffffffff;
	if (!tape_runs() || !write_down(at, addr, size, kinds, place, operand))
		ipclab_mark(MARK_ACCESS, (long)addr, kinds | (long)size, (long)place, operand);
	ipclab_tape_writes(addr, is_plain_write(kinds) ? size : 0);
}

/* What jumps here was called at the place. */
static GUEST_TEXT void use_shared(unsigned long at, size_t size, long kinds)
{
	ipclab_access(at, size, kinds, PLACE, 0);
}

/* Inlined into each entry point: for private memory a comparison, and no frame. */
static inline __attribute__((always_inline)) void use(const void *at, size_t size, int kind)
{
	if (may_be_shared((unsigned long)at))
		use_shared((unsigned long)at, size, GUEST_ACCESS(kind, 0, 0, 0));
}

#define ACCESS(name, size, kind)             \
	void name(const void *at);           \
	GUEST_TEXT void name(const void *at) \
	{                                    \
		use(at, size, kind);         \
	}

#define SIZE(n)                                                                   \
	ACCESS(__tsan_read##n, n, GUEST_READ)                                     \
	ACCESS(__tsan_write##n, n, GUEST_WRITE)                                   \
	ACCESS(__tsan_unaligned_read##n, n, GUEST_READ)                           \
	ACCESS(__tsan_unaligned_write##n, n, GUEST_WRITE)                         \
	ACCESS(__tsan_volatile_read##n, n, GUEST_READ | GUEST_VOLATILE)           \
	ACCESS(__tsan_volatile_write##n, n, GUEST_WRITE | GUEST_VOLATILE)         \
	ACCESS(__tsan_unaligned_volatile_read##n, n, GUEST_READ | GUEST_VOLATILE) \
	ACCESS(__tsan_unaligned_volatile_write##n, n, GUEST_WRITE | GUEST_VOLATILE)

SIZE(1)
SIZE(2)
SIZE(4)
SIZE(8)
SIZE(16)

void __tsan_read_range(const void *at, size_t size);
GUEST_TEXT void __tsan_read_range(const void *at, size_t size)
{
	use_range(at, size, GUEST_READ, PLACE);
}

void __tsan_write_range(const void *at, size_t size);
GUEST_TEXT void __tsan_write_range(const void *at, size_t size)
{
	use_range(at, size, GUEST_WRITE, PLACE);
}

/* C++ only, but a compiler may be told to emit them. */
ACCESS(__tsan_vptr_read, sizeof(void *), GUEST_READ)

void __tsan_vptr_update(const void *at, const void *value);
GUEST_TEXT void __tsan_vptr_update(const void *at, const void *value)
{
	(void)value;
	use(at, sizeof(void *), GUEST_WRITE);
}

/* The compilers are told not to call these two (lab/build/flags.c); those that do not know the
 * option call them all the same. */
void __tsan_func_entry(void *caller);
GUEST_TEXT void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void);
GUEST_TEXT void __tsan_func_exit(void)
{
}

void __tsan_init(void);
GUEST_TEXT void __tsan_init(void)
{
}

/* What linkers call the beginning of .data and the end of .bss. */
extern char __data_start[], _end[];

/* Before main: where the table is. The entry follows that of guest.c. */
static GUEST_TEXT void ipclab_start_races(void)
{
	ipclab_mark(MARK_SHARED, (long)&ipclab_shared, (long)__data_start, (long)_end,
		(long)&ipclab_tape);
}

static void (*const ipclab_start_races_entry)(void)
	__attribute__((section(".preinit_array"), used)) = ipclab_start_races;
