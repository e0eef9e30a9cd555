/*
 * A little of everything that a timeline shows, over and over: children, bytes through a pipe,
 * messages with priorities, a semaphore between two processes, a blocked signal and its handler.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 16, BLOCKS = 25 };

static void on_signal(int sig)
{
	(void)sig;
}

static void child(int end, mqd_t queue, sem_t *sem)
{
	char block[512] = {0};

	for (int i = 0; i < BLOCKS; i++)
		if (write(end, block, sizeof(block)) < 0)
			exit(1);
	for (unsigned prio = 1; prio <= 3; prio++)
		mq_send(queue, "abc", prio, prio % 3);
	kill(getppid(), SIGUSR1);
	sem_post(sem);
	exit(7);
}

static void round_trip(mqd_t queue, sem_t *sem)
{
	char block[512];
	int ends[2];

	if (pipe(ends) < 0)
		exit(1);
	if (fork() == 0) {
		close(ends[0]);
		child(ends[1], queue, sem);
	}
	close(ends[1]);
	while (read(ends[0], block, sizeof(block)) > 0)
		;
	close(ends[0]);
	sem_wait(sem);
	for (int i = 0; i < 3; i++)
		if (mq_receive(queue, block, sizeof(block), NULL) < 0)
			exit(1);
	wait(NULL);
}

int main(void)
{
	struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 64};
	struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sem_t *sem =
		mmap(NULL, sizeof(*sem), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	mqd_t queue = mq_open("/busy", O_RDWR | O_CREAT, 0600, &attr);
	sigset_t set, old;

	sem_init(sem, 1, 0);
	sigaction(SIGUSR1, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	for (int i = 0; i < ROUNDS; i++) {
		sigprocmask(SIG_BLOCK, &set, &old);
		round_trip(queue, sem);
		sigprocmask(SIG_SETMASK, &old, NULL);
	}
	mq_unlink("/busy");
	return 0;
}
