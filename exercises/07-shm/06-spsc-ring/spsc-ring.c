/*
 * A ring of items, for a process that puts them in and another one that gets them out. driver.c has
 * the main() that goes with it.
 *
 * README.md has the exact contract. This is the bounded buffer of many a textbook.
 */

#define BUFFER_SIZE 8 /* places. One of them stays empty: in == out means that all of them are */

static int buffer[BUFFER_SIZE];
static int in;  /* the next place that is free; only ring_put() changes it */
static int out; /* the first place that is full; only ring_get() changes it */

/* Called once, before there are two processes. Returns 0, or -1 with errno set. */
int ring_create(void)
{
	return 0;
}

/* Puts ITEM in. Waits while the ring is full. */
void ring_put(int item)
{
	while ((in + 1) % BUFFER_SIZE == out)
		; /* do nothing */
	buffer[in] = item;
	in = (in + 1) % BUFFER_SIZE;
}

/* Gets the oldest item out. Waits while the ring is empty. */
int ring_get(void)
{
	int item;

	while (in == out)
		; /* do nothing */
	item = buffer[out];
	out = (out + 1) % BUFFER_SIZE;
	return item;
}
