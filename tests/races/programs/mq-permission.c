/* clean: a message is the permission to look. */
#include "shared.h"

#include <mqueue.h>

#define NAME "/mq-permission"

int main(void)
{
	int *x = share(sizeof(*x)), seen;
	struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 1};
	mqd_t queue = NEED(mq_open(NAME, O_RDWR | O_CREAT, 0600, &attr));
	char byte;

	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(mq_send(queue, "", 1, 0));
		_exit(0);
	}
	NEED((int)mq_receive(queue, &byte, 1, NULL));
	seen = *x;
	finish();
	mq_unlink(NAME);
	return seen != 1;
}
