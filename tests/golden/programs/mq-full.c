/* The only process that could receive sends to a full queue. */
#include <fcntl.h>
#include <mqueue.h>

int main(void)
{
	struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 16};
	mqd_t queue = mq_open("/full", O_RDWR | O_CREAT, 0600, &attr);

	for (int i = 0; i < 9; i++)
		mq_send(queue, "x", 1, 0);
	return 0;
}
