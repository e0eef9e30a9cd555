/*
 * Right, with fences instead of an order at each index, and an object that has a name only until
 * it is mapped.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#define BUFFER_SIZE 8 /* places. One of them stays empty: in == out means that all of them are */

static struct ring {
	atomic_int in;  /* the next place that is free; only ring_put() changes it */
	atomic_int out; /* the first place that is full; only ring_get() changes it */
	int buffer[BUFFER_SIZE];
} * ring; /* lies in memory that both processes have */

/* Called once, before there are two processes. Returns 0, or -1 with errno set. */
int ring_create(void)
{
	int fd = shm_open("/spsc-ring", O_RDWR | O_CREAT | O_EXCL, 0600), result = -1;

	if (fd == -1)
		return -1;
	shm_unlink("/spsc-ring");
	if (ftruncate(fd, sizeof(*ring)) == 0) {
		ring = mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		result = ring == MAP_FAILED ? -1 : 0;
	}
	close(fd);
	return result;
}

/* Puts ITEM in. Waits while the ring is full. */
void ring_put(int item)
{
	/* Nobody else changes `in`: here no order is needed. */
	int place = atomic_load_explicit(&ring->in, memory_order_relaxed);
	int next = (place + 1) % BUFFER_SIZE;

	while (atomic_load_explicit(&ring->out, memory_order_relaxed) == next)
		sched_yield();
	atomic_thread_fence(memory_order_acquire);
	ring->buffer[place] = item;
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&ring->in, next, memory_order_relaxed);
}

/* Gets the oldest item out. Waits while the ring is empty. */
int ring_get(void)
{
	int place = atomic_load_explicit(&ring->out, memory_order_relaxed);
	int item;

	while (atomic_load_explicit(&ring->in, memory_order_relaxed) == place)
		sched_yield();
	atomic_thread_fence(memory_order_acquire);
	item = ring->buffer[place];
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&ring->out, (place + 1) % BUFFER_SIZE, memory_order_relaxed);
	return item;
}
