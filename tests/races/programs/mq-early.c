/* race: the message is sent before the value is there. */
#include "shared.h"

#include <mqueue.h>

#define NAME "/mq-early"

int main(void)
{
	int *x = share(sizeof(*x)), seen;
	struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 1};
	mqd_t queue = NEED(mq_open(NAME, O_RDWR | O_CREAT, 0600, &attr));
	char byte;

	if (NEED(fork()) == 0) {
		NEED(mq_send(queue, "", 1, 0));
		*x = 1; /* race A */
		_exit(0);
	}
	NEED((int)mq_receive(queue, &byte, 1, NULL));
	seen = *x; /* race B */
	finish();
	mq_unlink(NAME);
	return seen > 1;
}
