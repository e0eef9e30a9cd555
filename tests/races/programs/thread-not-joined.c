/* race: main looks before it joins the thread. */
#include "shared.h"

#include <pthread.h>

static void *run(void *x)
{
	*(int *)x = 1; /* race A */
	return NULL;
}

int main(void)
{
	int *x = share(sizeof(*x)), seen;
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, x) != 0)
		return 1;
	seen = *x; /* race B */
	if (pthread_join(thread, NULL) != 0)
		return 1;
	return seen > 1;
}
