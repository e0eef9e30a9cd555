/*
 * The place is taken first, "so that nobody else takes it", and filled then.
 *
 * check: nothing_is_read_too_early
 * message: before it was written: there was still
 */
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#define BUFFER_SIZE 8 /* places. One of them stays empty: in == out means that all of them are */

static struct ring {
	atomic_int in;  /* the next place that is free; only ring_put() changes it */
	atomic_int out; /* the first place that is full; only ring_get() changes it */
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
	int place = atomic_load_explicit(&ring->in, memory_order_relaxed);
	int next = (place + 1) % BUFFER_SIZE;

	/* Who sees (acquire) that the place is free sees that its item was read. */
	while (atomic_load_explicit(&ring->out, memory_order_acquire) == next)
		sched_yield();
	atomic_store_explicit(&ring->in, next, memory_order_release);
	ring->buffer[place] = item;
}

/* Gets the oldest item out. Waits while the ring is empty. */
int ring_get(void)
{
	int place = atomic_load_explicit(&ring->out, memory_order_relaxed);
	int item;

	while (atomic_load_explicit(&ring->in, memory_order_acquire) == place)
		sched_yield();
	item = ring->buffer[place];
	atomic_store_explicit(&ring->out, (place + 1) % BUFFER_SIZE, memory_order_release);
	return item;
}
