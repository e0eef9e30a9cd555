/*
 * Shared, but neither atomic nor volatile; that sched_yield(2) is called in the loop keeps the
 * compiler from moving the load out of it, and that is all it does.
 *
 * check: no_data_race
 * message: Nothing orders the two: child
 */
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>

#define BUFFER_SIZE 8 /* places. One of them stays empty: in == out means that all of them are */

static struct ring {
	int in;  /* the next place that is free; only ring_put() changes it */
	int out; /* the first place that is full; only ring_get() changes it */
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
	int place = ring->in;
	int next = (place + 1) % BUFFER_SIZE;

	while (ring->out == next)
		sched_yield();
	ring->buffer[place] = item;
	ring->in = next;
}

/* Gets the oldest item out. Waits while the ring is empty. */
int ring_get(void)
{
	int place = ring->out;
	int item;

	while (ring->in == place)
		sched_yield();
	item = ring->buffer[place];
	ring->out = (place + 1) % BUFFER_SIZE;
	return item;
}
