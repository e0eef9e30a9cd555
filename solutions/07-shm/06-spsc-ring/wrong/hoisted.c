/*
 * Shared, but neither atomic nor volatile: at -O2 the index is read once, and then it is a loop
 * about nothing.
 *
 * check: consumer_waits_for_an_item
 * message: The compiler moved the load out of the loop
 */
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

	for (;;)
		if (ring->out != next)
			break;
	ring->buffer[place] = item;
	ring->in = next;
}

/* Gets the oldest item out. Waits while the ring is empty. */
int ring_get(void)
{
	int place = ring->out;
	int item;

	for (;;)
		if (ring->in != place)
			break;
	item = ring->buffer[place];
	ring->out = (place + 1) % BUFFER_SIZE;
	return item;
}
