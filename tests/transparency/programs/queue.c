/* POSIX message queues: order, time-outs, full and empty, notification, unlink. */
#include "say.h"

#include <mqueue.h>

int main(void)
{
	struct mq_attr attr = {.mq_maxmsg = 3, .mq_msgsize = 16}, now_attr;
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	char name[64], text[16];
	struct timespec until;
	unsigned prio;
	mqd_t q;

	snprintf(name, sizeof(name), "/transparency-%ld", (long)getpid());
	q = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	okay("mq_open", q);
	okay("mq_open again", mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr));
	result("send", mq_send(q, "low", 4, 1));
	result("send", mq_send(q, "high", 5, 9));
	result("send", mq_send(q, "mid", 4, 5));
	until = in(CLOCK_REALTIME, TENTH);
	begin();
	result("send to a full one", mq_timedsend(q, "more", 5, 1, &until));
	took("send", 1);
	mq_getattr(q, &now_attr);
	say("%ld messages", now_attr.mq_curmsgs);
	for (int i = 0; i < 3; i++) {
		ssize_t n = mq_receive(q, text, sizeof(text), &prio);

		say("%zd %s %u", n, text, prio);
	}
	until = in(CLOCK_REALTIME, TENTH);
	begin();
	result("receive", mq_timedreceive(q, text, sizeof(text), NULL, &until));
	took("receive", 1);
	result("too small a buffer", mq_receive(q, text, 3, NULL));
	result("too long a message", mq_send(q, text, 17, 0));
	handle(SIGUSR1, count, 0);
	result("notify", mq_notify(q, &event));
	if (fork() == 0)
		_exit(mq_send(q, "x", 2, 0) < 0);
	wait(NULL);
	say("told %d times", (int)caught);
	mq_receive(q, text, sizeof(text), NULL);
	attr.mq_flags = O_NONBLOCK;
	mq_setattr(q, &attr, NULL);
	result("receive without waiting", mq_receive(q, text, sizeof(text), NULL));
	attr.mq_flags = 0;
	mq_setattr(q, &attr, NULL);
	handle(SIGALRM, count, 0);
	alarm_in(1);
	result("interrupted receive", mq_receive(q, text, sizeof(text), NULL));
	result("unlink", mq_unlink(name));
	result("unlink again", mq_unlink(name));
	result("send still", mq_send(q, "x", 2, 0));
	return 0;
}
