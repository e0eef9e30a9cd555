/* Signals that are ignored end no sleep: queues, semaphores, locks in shared memory. */
#include "disturb.h"

#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>

static int id;

static void in_semop(void)
{
	struct sembuf down = {0, -1, 0};

	result("semop", semop(id, &down, 1));
}

static void in_semtimedop(void)
{
	struct sembuf down = {0, -1, 0};
	struct timespec limit = {1000, 0};

	result("semtimedop", semtimedop(id, &down, 1, &limit));
}

static void raise_semaphore(pid_t pid)
{
	struct sembuf up = {0, 1, 0};

	(void)pid;
	result("wake", semop(id, &up, 1));
}

static void sysv_semaphores(void)
{
	id = semget(IPC_PRIVATE, 1, 0600);
	disturb(in_semop, raise_semaphore);
	disturb(in_semtimedop, raise_semaphore);
	semctl(id, 0, IPC_RMID);
}

static struct letter {
	long type;
	char text[8192];
} letter = {1, ""};

static void in_msgrcv(void)
{
	result("msgrcv", msgrcv(id, &letter, sizeof(letter.text), 0, 0));
}

static void in_msgsnd(void)
{
	result("msgsnd", msgsnd(id, &letter, sizeof(letter.text), 0));
}

static void send_message(pid_t pid)
{
	(void)pid;
	result("wake", msgsnd(id, &letter, 5, 0));
}

static void take_message(pid_t pid)
{
	(void)pid;
	result("wake", msgrcv(id, &letter, sizeof(letter.text), 0, 0));
}

static void sysv_messages(void)
{
	id = msgget(IPC_PRIVATE, 0600);
	disturb(in_msgrcv, send_message);
	while (msgsnd(id, &letter, sizeof(letter.text), IPC_NOWAIT) == 0)
		;
	disturb(in_msgsnd, take_message);
	msgctl(id, IPC_RMID, NULL);
}

static mqd_t queue;

static void in_mq_receive(void)
{
	char text[16];

	result("mq_receive", mq_receive(queue, text, sizeof(text), NULL));
}

static void in_mq_send(void)
{
	result("mq_send", mq_send(queue, "abc", 3, 0));
}

static void send_to_queue(pid_t pid)
{
	(void)pid;
	result("wake", mq_send(queue, "ab", 2, 0));
}

static void take_from_queue(pid_t pid)
{
	char text[16];

	(void)pid;
	result("wake", mq_receive(queue, text, sizeof(text), NULL));
}

static void posix_queues(void)
{
	struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 16};
	char name[64];

	snprintf(name, sizeof(name), "/transparency-%ld", (long)getpid());
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	mq_unlink(name);
	disturb(in_mq_receive, send_to_queue);
	mq_send(queue, "full", 4, 0);
	disturb(in_mq_send, take_from_queue);
}

static sem_t *semaphore;

static void in_sem_wait(void)
{
	result("sem_wait", sem_wait(semaphore));
}

static void post(pid_t pid)
{
	(void)pid;
	result("wake", sem_post(semaphore));
}

static void posix_semaphores(void)
{
	semaphore = mmap(
		NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sem_init(semaphore, 1, 0);
	disturb(in_sem_wait, post);
}

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	pthread_barrier_t barrier;
	int ready;
};
static struct shared *shared;

static void in_cond_wait(void)
{
	int wakes = 0;

	pthread_mutex_lock(&shared->mutex);
	while (!shared->ready) {
		pthread_cond_wait(&shared->cond, &shared->mutex);
		wakes++;
	}
	pthread_mutex_unlock(&shared->mutex);
	say("woken %d", wakes);
}

static void signal_condition(pid_t pid)
{
	(void)pid;
	pthread_mutex_lock(&shared->mutex);
	shared->ready = 1;
	error("wake", pthread_cond_signal(&shared->cond));
	pthread_mutex_unlock(&shared->mutex);
}

static void in_barrier(void)
{
	say("barrier %d", pthread_barrier_wait(&shared->barrier) > 0);
}

static void arrive(pid_t pid)
{
	(void)pid;
	say("wake %d", pthread_barrier_wait(&shared->barrier) < 0);
}

static void in_mutex(void)
{
	error("lock", pthread_mutex_lock(&shared->mutex));
}

static void unlock(pid_t pid)
{
	(void)pid;
	error("wake", pthread_mutex_unlock(&shared->mutex));
}

static void shared_locks(void)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;
	pthread_barrierattr_t barrier;

	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_condattr_init(&cond);
	pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
	pthread_barrierattr_init(&barrier);
	pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&shared->mutex, &mutex);
	pthread_cond_init(&shared->cond, &cond);
	pthread_barrier_init(&shared->barrier, &barrier, 2);
	disturb(in_cond_wait, signal_condition);
	disturb(in_barrier, arrive);
	pthread_mutex_lock(&shared->mutex);
	disturb(in_mutex, unlock);
}

ROWS(ROW_IF(sysv_semaphores, SORTED | TIMED), ROW_IF(sysv_messages, SORTED),
	ROW_IF(posix_queues, SORTED), ROW_IF(posix_semaphores, SORTED),
	ROW_IF(shared_locks, SORTED));
