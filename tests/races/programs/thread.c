/* clean: a thread writes into shared memory, and is joined. */
#include "shared.h"

#include <pthread.h>

static void *run(void *x)
{
	*(int *)x += 1;
	return NULL;
}

int main(void)
{
	int *x = share(sizeof(*x));
	pthread_t thread;

	*x = 1;
	if (pthread_create(&thread, NULL, run, x) != 0 || pthread_join(thread, NULL) != 0)
		return 1;
	return *x != 2;
}
