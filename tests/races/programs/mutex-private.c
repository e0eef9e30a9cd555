/* race: the mutex lies in private memory: each process has its own. */
#include "shared.h"

#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int main(void)
{
	int *x = share(sizeof(*x));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++) {
		pthread_mutex_lock(&lock);
		(*x)++; /* race A B */
		pthread_mutex_unlock(&lock);
	}
	if (child)
		_exit(0);
	return finish();
}
