/*
 * The buffer lies in shared memory, "for that is where the data are". The indices do not.
 *
 * check: consumer_waits_for_an_item
 * message: looks at nothing that is shared
 */
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#define BUFFER_SIZE 8 /* places. One of them stays empty: in == out means that all of them are */

static atomic_int in, out;
static int *buffer; /* in memory that both processes have */

/* Called once, before there are two processes. Returns 0, or -1 with errno set. */
int ring_create(void)
{
	/* Made before the fork, this stays the same memory for both. It is full of zeros. */
	buffer = mmap(NULL, BUFFER_SIZE * sizeof(*buffer), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return buffer == MAP_FAILED ? -1 : 0;
}

/* Puts ITEM in. Waits while the ring is full. */
void ring_put(int item)
{
	/* Nobody else changes `in`: here no order is needed. */
	int place = atomic_load_explicit(&in, memory_order_relaxed);
	int next = (place + 1) % BUFFER_SIZE;

	/* Who sees (acquire) that the place is free sees that its item was read. */
	while (atomic_load_explicit(&out, memory_order_acquire) == next)
		sched_yield();
	buffer[place] = item;
	/* The item first, then the index that says that it is there (release). */
	atomic_store_explicit(&in, next, memory_order_release);
}

/* Gets the oldest item out. Waits while the ring is empty. */
int ring_get(void)
{
	int place = atomic_load_explicit(&out, memory_order_relaxed);
	int item;

	while (atomic_load_explicit(&in, memory_order_acquire) == place)
		sched_yield();
	item = buffer[place];
	atomic_store_explicit(&out, (place + 1) % BUFFER_SIZE, memory_order_release);
	return item;
}
