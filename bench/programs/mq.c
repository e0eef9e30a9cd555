/* Three senders and one receiver at a message queue of ten places, 1,000 messages each. */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SENDERS = 3, MESSAGES = 1000, SIZE = 32 };

static int send_all(mqd_t queue, int sender)
{
	char text[SIZE] = "";

	for (int i = 0; i < MESSAGES; i++) {
		snprintf(text, sizeof(text), "%d of %d", i, sender);
		if (mq_send(queue, text, sizeof(text), (unsigned)sender) < 0)
			return 2;
	}
	return 0;
}

int main(void)
{
	struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = SIZE};
	char name[32], text[SIZE];
	mqd_t queue;

	snprintf(name, sizeof(name), "/bench-%d", (int)getpid());
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	if (queue < 0 || mq_unlink(name) < 0)
		return 2;
	for (int sender = 0; sender < SENDERS; sender++)
		if (fork() == 0)
			_exit(send_all(queue, sender));
	for (int i = 0; i < SENDERS * MESSAGES; i++)
		if (mq_receive(queue, text, sizeof(text), NULL) < 0)
			return 2;
	for (int sender = 0; sender < SENDERS; sender++)
		if (wait(NULL) < 0)
			return 2;
	return 0;
}
