/*
 * The textbook's code with a sched_yield(2) in its loops: fork copies all of it, so that each
 * process has a ring of its own.
 *
 * check: consumer_waits_for_an_item
 * message: is a private copy and never changes
 */
#include <sched.h>

#define BUFFER_SIZE 8

static int buffer[BUFFER_SIZE];
static int in, out;

int ring_create(void)
{
	return 0;
}

void ring_put(int item)
{
	while ((in + 1) % BUFFER_SIZE == out)
		sched_yield();
	buffer[in] = item;
	in = (in + 1) % BUFFER_SIZE;
}

int ring_get(void)
{
	int item;

	while (in == out)
		sched_yield();
	item = buffer[out];
	out = (out + 1) % BUFFER_SIZE;
	return item;
}
