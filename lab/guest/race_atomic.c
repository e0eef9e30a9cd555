/*
 * Atomic operations of programs that are built to find races: the compiler calls these in place of
 * making them. Each tells the supervisor what it is about to do, with its memory order, and then
 * does it. Of a compare-exchange the supervisor knows beforehand whether it will succeed: it looks
 * at the memory while nobody runs. So it is made in its strong form only.
 *
 * All are made sequentially consistent: one task runs at a time, so that no weaker order could show
 * anyway. What a program's weaker order allows is found by the supervisor's reckoning.
 */
#include "config.h"

#include <stdint.h>

#include "lab/guest/race.h"

static inline __attribute__((always_inline)) void use(const volatile void *at, size_t size,
	int kind, int order, int failure, unsigned long place, long operand)
{
	if (may_be_shared((unsigned long)at))
		ipclab_access((unsigned long)at, size,
			GUEST_ACCESS(kind, order & 15, failure & 15, 0), place, operand);
}

#define SEQ __ATOMIC_SEQ_CST

#define LOAD_STORE(bits, type)                                                                \
	type __tsan_atomic##bits##_load(const volatile type *at, int order);                  \
	GUEST_TEXT type __tsan_atomic##bits##_load(const volatile type *at, int order)        \
	{                                                                                     \
		use(at, sizeof(type), GUEST_LOAD, order, 0, PLACE, 0);                        \
		return LOAD(at);                                                              \
	}                                                                                     \
	void __tsan_atomic##bits##_store(volatile type *at, type value, int order);           \
	GUEST_TEXT void __tsan_atomic##bits##_store(volatile type *at, type value, int order) \
	{                                                                                     \
		use(at, sizeof(type), GUEST_STORE, order, 0, PLACE, 0);                       \
		STORE(at, value);                                                             \
	}

#define CHANGE(bits, type, name)                                                               \
	type __tsan_atomic##bits##_##name(volatile type *at, type value, int order);           \
	GUEST_TEXT type __tsan_atomic##bits##_##name(volatile type *at, type value, int order) \
	{                                                                                      \
		use(at, sizeof(type), GUEST_CHANGE, order, 0, PLACE, (long)value);             \
		return MAKE(name, type, at, value);                                            \
	}

/* gcc's give the success and write what they found; clang's returns what it found. */
#define COMPARE(bits, type, form)                                                          \
	int __tsan_atomic##bits##_compare_exchange_##form(                                 \
		volatile type *at, type *expected, type value, int order, int failure);    \
	GUEST_TEXT int __tsan_atomic##bits##_compare_exchange_##form(                      \
		volatile type *at, type *expected, type value, int order, int failure)     \
	{                                                                                  \
		type wanted = *expected;                                                   \
		use(at, sizeof(type), GUEST_COMPARE, order, failure, PLACE, (long)wanted); \
		*expected = SWAP(at, wanted, value);                                       \
		return *expected == wanted;                                                \
	}

#define COMPARES(bits, type)                                                               \
	COMPARE(bits, type, strong)                                                        \
	COMPARE(bits, type, weak)                                                          \
	type __tsan_atomic##bits##_compare_exchange_val(                                   \
		volatile type *at, type wanted, type value, int order, int failure);       \
	GUEST_TEXT type __tsan_atomic##bits##_compare_exchange_val(                        \
		volatile type *at, type wanted, type value, int order, int failure)        \
	{                                                                                  \
		use(at, sizeof(type), GUEST_COMPARE, order, failure, PLACE, (long)wanted); \
		return SWAP(at, wanted, value);                                            \
	}

#define ALL(bits, type)                \
	LOAD_STORE(bits, type)         \
	CHANGE(bits, type, exchange)   \
	CHANGE(bits, type, fetch_add)  \
	CHANGE(bits, type, fetch_sub)  \
	CHANGE(bits, type, fetch_and)  \
	CHANGE(bits, type, fetch_or)   \
	CHANGE(bits, type, fetch_xor)  \
	CHANGE(bits, type, fetch_nand) \
	COMPARES(bits, type)

#define exchange_of(at, value)   __atomic_exchange_n(at, value, SEQ)
#define fetch_add_of(at, value)  __atomic_fetch_add(at, value, SEQ)
#define fetch_sub_of(at, value)  __atomic_fetch_sub(at, value, SEQ)
#define fetch_and_of(at, value)  __atomic_fetch_and(at, value, SEQ)
#define fetch_or_of(at, value)   __atomic_fetch_or(at, value, SEQ)
#define fetch_xor_of(at, value)  __atomic_fetch_xor(at, value, SEQ)
#define fetch_nand_of(at, value) __atomic_fetch_nand(at, value, SEQ)

#define LOAD(at)                    __atomic_load_n(at, SEQ)
#define STORE(at, value)            __atomic_store_n(at, value, SEQ)
#define MAKE(name, type, at, value) ((type)name##_of(at, value))
#define SWAP(at, wanted, value)     __sync_val_compare_and_swap(at, wanted, value)

ALL(8, uint8_t)
ALL(16, uint16_t)
ALL(32, uint32_t)
ALL(64, uint64_t)

#if defined(__x86_64__)
/* Of 16 bytes the processor has compare-and-exchange alone. */
__extension__ typedef unsigned __int128 wide;

static inline __attribute__((always_inline)) wide swap_wide(
	volatile wide *at, wide wanted, wide value)
{
	uint64_t low = (uint64_t)wanted, high = (uint64_t)(wanted >> 64);

	__asm__ volatile("lock cmpxchg16b %0"
			 : "+m"(*at), "+a"(low), "+d"(high)
			 : "b"((uint64_t)value), "c"((uint64_t)(value >> 64))
			 : "cc", "memory");
	return (wide)high << 64 | low;
}

/* VALUE becomes what NEW says of the old one, which is the result. */
#define WIDE(at, new)                                           \
	({                                                      \
		wide old = 0, seen;                             \
		while ((seen = swap_wide(at, old, new)) != old) \
			old = seen;                             \
		old;                                            \
	})
#define exchange_new(old, value)   (value)
#define fetch_add_new(old, value)  ((old) + (value))
#define fetch_sub_new(old, value)  ((old) - (value))
#define fetch_and_new(old, value)  ((old) & (value))
#define fetch_or_new(old, value)   ((old) | (value))
#define fetch_xor_new(old, value)  ((old) ^ (value))
#define fetch_nand_new(old, value) (~((old) & (value)))

#undef LOAD
#undef STORE
#undef MAKE
#undef SWAP
#define LOAD(at)                    swap_wide((volatile wide *)(at), 0, 0)
#define STORE(at, value)            ((void)WIDE(at, value))
#define MAKE(name, type, at, value) WIDE(at, name##_new(old, value))
#define SWAP(at, wanted, value)     swap_wide(at, wanted, value)

ALL(128, wide)
#endif

/* It orders what its task does with what others do through atomics, whatever their address. */
void __tsan_atomic_thread_fence(int order);
GUEST_TEXT void __tsan_atomic_thread_fence(int order)
{
	if (ipclab_shared.span)
		ipclab_mark(MARK_ACCESS, 0, GUEST_ACCESS(GUEST_FENCE, order & 15, 0, 0),
			(long)PLACE, 0);
	__atomic_thread_fence(SEQ);
}

void __tsan_atomic_signal_fence(int order);
GUEST_TEXT void __tsan_atomic_signal_fence(int order)
{
	(void)order;
	__atomic_signal_fence(SEQ);
}
