/* race: a lock of fcntl() is the whole process's, and keeps none of its threads out. */
#include "shared.h"

#include <pthread.h>

static int *x, fd;

static void *add(void *unused)
{
	for (int i = 0; i < 10; i++) {
		NEED(fcntl(fd, F_SETLKW, &(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET}));
		(*x)++; /* race A B */
		NEED(fcntl(fd, F_SETLKW, &(struct flock){.l_type = F_UNLCK, .l_whence = SEEK_SET}));
	}
	return unused;
}

int main(void)
{
	pthread_t other;

	x = share(sizeof(*x));
	fd = NEED(open("lock", O_RDWR | O_CREAT, 0600));
	if (pthread_create(&other, NULL, add, NULL))
		return 1;
	add(NULL);
	pthread_join(other, NULL);
	unlink("lock");
	return 0;
}
