/* Drains the queue, then asks to be told: what came in between rings no bell. */
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGES = 3 };

static int send_all(void)
{
	mqd_t q = mq_open("/notify", O_WRONLY);

	for (int i = 0; i < MESSAGES; i++)
		if (mq_send(q, "x", 1, 0) < 0)
			return 2;
	return mq_close(q) < 0;
}

int main(void)
{
	struct mq_attr attr = {.mq_maxmsg = MESSAGES, .mq_msgsize = 1};
	mqd_t q = mq_open("/notify", O_RDONLY | O_CREAT | O_EXCL | O_NONBLOCK, 0600, &attr);
	struct sigevent bell = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	sigset_t set;
	char byte;
	int sig, got = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (fork() == 0)
		_exit(send_all());
	for (;;) {
		while (mq_receive(q, &byte, 1, NULL) == 1)
			got++;
		if (got == MESSAGES)
			break;
		if (mq_notify(q, &bell) < 0)
			return 2;
		sigwait(&set, &sig);
	}
	mq_unlink("/notify");
	return wait(NULL) < 0;
}
