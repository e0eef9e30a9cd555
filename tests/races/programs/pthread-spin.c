/* clean: a spin lock of the library, shared by processes. */
#include "shared.h"

#include <pthread.h>
#include <stdbool.h>

int main(void)
{
	struct {
		pthread_spinlock_t lock;
		int x;
	} *s = share(sizeof(*s));
	bool child;

	pthread_spin_init(&s->lock, PTHREAD_PROCESS_SHARED);
	child = NEED(fork()) == 0;
	for (int i = 0; i < 10; i++) {
		pthread_spin_lock(&s->lock);
		s->x++;
		pthread_spin_unlock(&s->lock);
	}
	if (child)
		_exit(0);
	return finish() || s->x != 20;
}
