/*
 * The indices only grow, so that all places are used; and the consumer gives a place back before
 * it has read it.
 *
 * check: nothing_is_overwritten
 * message: its place was used again before the consumer had read it
 */
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#define BUFFER_SIZE 8u /* places: a power of 2, so that a turn of the counters is no matter */

static struct ring {
	atomic_uint in;  /* items that were put in; only ring_put() changes it */
	atomic_uint out; /* items that were gotten out; only ring_get() changes it */
	int buffer[BUFFER_SIZE];
} * ring; /* lies in memory that both processes have */

/* Called once, before there are two processes. Returns 0, or -1 with errno set. */
int ring_create(void)
{
	/* Made before the fork, this stays the same memory for both. It is full of zeros. */
	ring = mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return ring == MAP_FAILED ? -1 : 0;
}

/* Puts ITEM in. Waits while the ring is full. */
void ring_put(int item)
{
	/* Nobody else changes `in`: here no order is needed. */
	unsigned place = atomic_load_explicit(&ring->in, memory_order_relaxed);

	while (place - atomic_load_explicit(&ring->out, memory_order_acquire) == BUFFER_SIZE)
		sched_yield();
	ring->buffer[place % BUFFER_SIZE] = item;
	/* The item first, then the index that says that it is there (release). */
	atomic_store_explicit(&ring->in, place + 1, memory_order_release);
}

/* Gets the oldest item out. Waits while the ring is empty. */
int ring_get(void)
{
	unsigned place = atomic_load_explicit(&ring->out, memory_order_relaxed);
	int item;

	while (atomic_load_explicit(&ring->in, memory_order_acquire) == place)
		sched_yield();
	atomic_store_explicit(&ring->out, place + 1, memory_order_release);
	item = ring->buffer[place % BUFFER_SIZE];
	return item;
}
