/* clean: two makers take turns by a third semaphore. */
#include "shared.h"

#include <semaphore.h>

#define SIZE   4
#define ITEMS  12
#define MAKERS 2

struct ring {
	sem_t room, items, turn;
	int in, out, slot[SIZE];
};

static void make(struct ring *r, int count)
{
	for (int i = 1; i <= count; i++) {
		sem_wait(&r->room);
		sem_wait(&r->turn);
		r->slot[r->in++ % SIZE] = i;
		sem_post(&r->turn);
		sem_post(&r->items);
	}
}

int main(void)
{
	struct ring *r = share(sizeof(*r));
	int sum = 0;

	NEED(sem_init(&r->room, 1, SIZE));
	NEED(sem_init(&r->items, 1, 0));
	NEED(sem_init(&r->turn, 1, 1));
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
	return finish() || sum != 42;
}
