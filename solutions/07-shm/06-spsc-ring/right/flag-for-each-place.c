/*
 * Right, with a flag for each place that says whose turn it is; the indices are private, each side
 * has its own. It uses all places.
 */
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#define BUFFER_SIZE 8

static struct place {
	atomic_bool full;
	int item;
} * places; /* in memory that both processes have */

static int mine; /* the place that comes next: each process counts for itself */

int ring_create(void)
{
	size_t size = BUFFER_SIZE * sizeof(*places);

	places = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return places == MAP_FAILED ? -1 : 0;
}

void ring_put(int item)
{
	struct place *p = &places[mine];

	while (atomic_load(&p->full))
		sched_yield();
	p->item = item;
	atomic_store(&p->full, 1);
	mine = (mine + 1) % BUFFER_SIZE;
}

int ring_get(void)
{
	struct place *p = &places[mine];
	int item;

	while (!atomic_load(&p->full))
		sched_yield();
	item = p->item;
	atomic_store(&p->full, 0);
	mine = (mine + 1) % BUFFER_SIZE;
	return item;
}
