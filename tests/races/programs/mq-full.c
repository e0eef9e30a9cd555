/* clean: the queue is full: a send goes on when the child has received. */
#include "shared.h"

#include <mqueue.h>

#define NAME "/mq-full"

int main(void)
{
	int *x = share(sizeof(*x)), seen;
	struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 1};
	mqd_t queue = NEED(mq_open(NAME, O_RDWR | O_CREAT, 0600, &attr));
	char byte;

	NEED(mq_send(queue, "", 1, 0));
	if (NEED(fork()) == 0) {
		*x = 1;
		NEED((int)mq_receive(queue, &byte, 1, NULL));
		_exit(0);
	}
	NEED(mq_send(queue, "", 1, 0));
	seen = *x;
	finish();
	mq_unlink(NAME);
	return seen != 1;
}
