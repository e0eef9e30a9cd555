/* clean: a signal says that a message came. */
#include "shared.h"

#include <mqueue.h>

#define NAME "/mq-notify"

int main(void)
{
	int *x = share(sizeof(*x)), seen, sig;
	struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 1};
	mqd_t queue = NEED(mq_open(NAME, O_RDWR | O_CREAT, 0600, &attr));
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	NEED(mq_notify(queue, &event));
	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(mq_send(queue, "", 1, 0));
		_exit(0);
	}
	sigwait(&set, &sig);
	seen = *x;
	finish();
	mq_unlink(NAME);
	return seen != 1;
}
