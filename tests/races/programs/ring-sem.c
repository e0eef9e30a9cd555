/* clean: one maker and one taker: two semaphores are enough. */
#include "shared.h"

#include <semaphore.h>

#define SIZE   4
#define ITEMS  12
#define MAKERS 1

struct ring {
	sem_t room, items;
	int in, out, slot[SIZE];
};

static void make(struct ring *r, int count)
{
	for (int i = 1; i <= count; i++) {
		sem_wait(&r->room);
		r->slot[r->in++ % SIZE] = i;
		sem_post(&r->items);
	}
}

int main(void)
{
	struct ring *r = share(sizeof(*r));
	int sum = 0;

	NEED(sem_init(&r->room, 1, SIZE));
	NEED(sem_init(&r->items, 1, 0));
	for (int i = 0; i < MAKERS; i++) {
		if (NEED(fork()) == 0) {
			make(r, ITEMS / MAKERS);
			_exit(0);
		}
	}
	for (int i = 0; i < ITEMS; i++) {
		sem_wait(&r->items);
		sum += r->slot[r->out++ % SIZE];
		sem_post(&r->room);
	}
	return finish() || sum != 78;
}
