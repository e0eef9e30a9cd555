/*
 * A handler runs in the middle of each call that sleeps, installed without and with SA_RESTART:
 * which fail with EINTR, and which go on (signal(7)).
 */
#include "rows.h"

#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int told[2], fds[2], id;
static char path[64];

static void tell(int sig)
{
	(void)sig;
	MUST(write(told[1], "h", 1));
}

static void interrupt(long (*call)(void), const char *name, int flags)
{
	int value;
	char byte;
	pid_t pid;

	MUST(pipe(told));
	pid = fork();
	if (pid == 0) {
		handle(SIGUSR1, tell, flags);
		result(flags ? "with SA_RESTART" : "without", call());
		MUST(write(told[1], "r", 1));
		pause();
	}
	await_sleep(pid);
	kill(pid, SIGUSR1);
	MUST(read(told[0], &byte, 1));
	await_sleep(pid); /* in the call again, or in pause */
	fcntl(told[0], F_SETFL, O_NONBLOCK);
	if (read(told[0], &byte, 1) < 0)
		say("%s, %s: goes on", name, flags ? "with SA_RESTART" : "without");
	kill(pid, SIGKILL);
	waitpid(pid, &value, 0);
	close(told[0]);
	close(told[1]);
}

static void both(long (*call)(void), const char *name)
{
	interrupt(call, name, 0);
	interrupt(call, name, SA_RESTART);
}

static long call_read(void)
{
	char byte;

	return read(fds[0], &byte, 1);
}

static void reading(void)
{
	MUST(pipe(fds));
	both(call_read, "read");
	fds[0] = eventfd(0, 0);
	both(call_read, "eventfd");
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	both(call_read, "socket");
}

static long call_inotify(void)
{
	char room[512];

	return read(fds[0], room, sizeof(room));
}

static void watching(void)
{
	fds[0] = inotify_init1(0);
	both(call_inotify, "inotify");
}

static long call_write(void)
{
	static char much[70000];

	return write(fds[1], much, 1);
}

static void writing(void)
{
	static char full[65536];

	MUST(pipe(fds));
	MUST(write(fds[1], full, sizeof(full)));
	both(call_write, "write");
}

static long call_poll(void)
{
	struct pollfd p = {.fd = fds[0], .events = POLLIN};

	return poll(&p, 1, -1);
}

static long call_ppoll(void)
{
	struct pollfd p = {.fd = fds[0], .events = POLLIN};
	sigset_t none;

	sigemptyset(&none);
	return ppoll(&p, 1, NULL, &none);
}

static long call_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	return select(fds[0] + 1, &set, NULL, NULL, NULL);
}

static long call_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN}, got;
	int fd = epoll_create1(0);

	epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &event);
	return epoll_wait(fd, &got, 1, -1);
}

static void waiting_for_several(void)
{
	MUST(pipe(fds));
	both(call_poll, "poll");
	both(call_ppoll, "ppoll");
	both(call_select, "select");
	both(call_epoll, "epoll_wait");
}

static long call_semop(void)
{
	struct sembuf down = {0, -1, 0};

	return semop(id, &down, 1);
}

static struct {
	long type;
	char text[8000];
} letter = {1, ""};

static long call_msgrcv(void)
{
	return msgrcv(id, &letter, sizeof(letter.text), 0, 0);
}

static long call_msgsnd(void)
{
	return msgsnd(id, &letter, sizeof(letter.text), 0);
}

static void of_system_v(void)
{
	id = semget(IPC_PRIVATE, 1, 0600);
	both(call_semop, "semop");
	semctl(id, 0, IPC_RMID);
	id = msgget(IPC_PRIVATE, 0600);
	both(call_msgrcv, "msgrcv");
	while (msgsnd(id, &letter, sizeof(letter.text), IPC_NOWAIT) == 0)
		;
	both(call_msgsnd, "msgsnd");
	msgctl(id, IPC_RMID, NULL);
}

static mqd_t queue;

static long call_mq_receive(void)
{
	char text[16];

	return mq_receive(queue, text, sizeof(text), NULL);
}

static long call_mq_send(void)
{
	return mq_send(queue, "x", 1, 0);
}

static long call_sem_wait(void)
{
	sem_t *sem =
		mmap(NULL, sizeof(*sem), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	sem_init(sem, 1, 0);
	return sem_wait(sem);
}

static void of_posix(void)
{
	struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 16};

	snprintf(path, sizeof(path), "/restarting-%ld", (long)getpid());
	queue = mq_open(path, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	mq_unlink(path);
	both(call_mq_receive, "mq_receive");
	mq_send(queue, "full", 4, 0);
	both(call_mq_send, "mq_send");
	both(call_sem_wait, "sem_wait");
}

static long call_sigwait(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return sigwaitinfo(&set, NULL);
}

static long call_pause(void)
{
	return pause();
}

static long call_sigsuspend(void)
{
	sigset_t none;

	sigemptyset(&none);
	return sigsuspend(&none);
}

static void waiting_for_signals(void)
{
	both(call_sigwait, "sigwaitinfo");
	both(call_pause, "pause");
	both(call_sigsuspend, "sigsuspend");
}

static long call_wait(void)
{
	if (fork() == 0) {
		char byte;

		close(fds[1]);
		_exit(read(fds[0], &byte, 1) != 0);
	}
	return wait(NULL);
}

static long call_waitid(void)
{
	if (fork() == 0) {
		char byte;

		close(fds[1]);
		_exit(read(fds[0], &byte, 1) != 0);
	}
	return waitid(P_ALL, 0, NULL, WEXITED);
}

static void waiting_for_children(void)
{
	MUST(pipe(fds));
	both(call_wait, "wait");
	both(call_waitid, "waitid");
}

static long call_flock(void)
{
	return flock(open(path, O_RDWR), LOCK_EX);
}

static long call_fcntl(void)
{
	struct flock lock = {.l_type = F_WRLCK};

	return fcntl(fds[0], F_SETLKW, &lock);
}

static void locking(void)
{
	struct flock lock = {.l_type = F_WRLCK};

	snprintf(path, sizeof(path), "restarting-%ld", (long)getpid());
	fds[0] = open(path, O_RDWR | O_CREAT, 0600);
	flock(fds[0], LOCK_EX);
	fcntl(fds[0], F_SETLK, &lock);
	both(call_flock, "flock");
	both(call_fcntl, "fcntl");
	unlink(path);
}

static long call_open(void)
{
	return open(path, O_RDONLY);
}

static void opening(void)
{
	snprintf(path, sizeof(path), "restarting-%ld", (long)getpid());
	MUST(mkfifo(path, 0600));
	both(call_open, "open");
	unlink(path);
}

static long call_accept(void)
{
	return accept(fds[0], NULL, NULL);
}

static long call_recv(void)
{
	char text[8];

	return recv(fds[0], text, sizeof(text), 0);
}

static long call_recvmsg(void)
{
	struct msghdr header = {0};

	return recvmsg(fds[0], &header, 0);
}

static void of_sockets(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};

	fds[0] = socket(AF_UNIX, SOCK_STREAM, 0);
	MUST(bind(fds[0], (struct sockaddr *)&name, sizeof(sa_family_t)));
	MUST(listen(fds[0], 1));
	both(call_accept, "accept");
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	both(call_recv, "recv");
	both(call_recvmsg, "recvmsg");
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static long call_cond_wait(void)
{
	pthread_mutex_lock(&mutex);
	return pthread_cond_wait(&cond, &mutex);
}

static long call_mutex(void)
{
	pthread_mutex_lock(&mutex);
	return pthread_mutex_lock(&mutex);
}

static void of_threads(void)
{
	both(call_cond_wait, "pthread_cond_wait"); /* neither of them ever tells of a handler */
	both(call_mutex, "pthread_mutex_lock");
}

ROWS(ROW_IF(reading, SORTED), ROW_IF(watching, SORTED), ROW_IF(writing, SORTED),
	ROW_IF(waiting_for_several, SORTED), ROW_IF(of_system_v, SORTED), ROW_IF(of_posix, SORTED),
	ROW_IF(waiting_for_signals, SORTED), ROW_IF(waiting_for_children, SORTED),
	ROW_IF(locking, SORTED), ROW_IF(opening, SORTED), ROW_IF(of_sockets, SORTED),
	ROW_IF(of_threads, SORTED));
