/* clean: a task goes to one of three workers, who alone touches its slot. */
#include "shared.h"

#include <mqueue.h>

#define NAME "/mq-many-workers"
#define JOBS 9

int main(void)
{
	int *slots = share(JOBS * sizeof(*slots));
	struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = sizeof(int)};
	mqd_t queue = NEED(mq_open(NAME, O_RDWR | O_CREAT, 0600, &attr));
	int sum = 0;

	for (int i = 0; i < 3; i++) {
		int job;

		if (NEED(fork()) != 0)
			continue;
		while (NEED((int)mq_receive(queue, (char *)&job, sizeof(job), NULL)), job >= 0)
			slots[job] *= 2;
		_exit(0);
	}
	for (int job = 0; job < JOBS; job++) {
		slots[job] = job;
		NEED(mq_send(queue, (char *)&job, sizeof(job), 1));
	}
	for (int i = 0; i < 3; i++)
		NEED(mq_send(queue, (char *)&(int){-1}, sizeof(int), 0));
	finish();
	mq_unlink(NAME);
	for (int job = 0; job < JOBS; job++)
		sum += slots[job];
	return sum != 72;
}
