/* clean: looks at the value until it says that both children have posted. */
#include "shared.h"

#include <semaphore.h>

int main(void)
{
	struct {
		sem_t done;
		int part[2];
	} *s = share(sizeof(*s));
	int value = 0;

	NEED(sem_init(&s->done, 1, 0));
	for (int i = 0; i < 2; i++) {
		if (NEED(fork()) == 0) {
			s->part[i] = 1;
			sem_post(&s->done);
			_exit(0);
		}
	}
	while (value < 2) {
		usleep(1000);
		sem_getvalue(&s->done, &value);
	}
	return s->part[0] + s->part[1] != 2 || finish();
}
