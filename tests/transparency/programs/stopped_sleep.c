/*
 * A stop and SIGCONT in the middle of a sleep: signal(7) lists the calls that fail with EINTR then,
 * although no handler ran. The others go on.
 */
#include "rows.h"

#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>

static int fds[2], id;

/* The child sleeps in CALL; it is stopped and goes on; FINISH ends the sleep if it still lasts. */
static void stop(long (*call)(void), const char *name, int finish)
{
	int value;
	pid_t pid = fork();

	if (pid == 0) {
		result(name, call());
		_exit(0);
	}
	await_sleep(pid);
	kill(pid, SIGSTOP);
	waitpid(pid, &value, WUNTRACED);
	status(name, value);
	kill(pid, SIGCONT);
	if (finish) {
		await_sleep(pid);
		kill(pid, SIGTERM);
	}
	waitpid(pid, &value, 0);
	status(name, value);
}

static long call_read(void)
{
	char byte;

	return read(fds[0], &byte, 1);
}

static long call_poll(void)
{
	struct pollfd p = {.fd = fds[0], .events = POLLIN};

	return poll(&p, 1, -1);
}

static long call_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN}, got;
	int fd = epoll_create1(0);

	epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &event);
	return epoll_wait(fd, &got, 1, -1);
}

static long call_semop(void)
{
	struct sembuf down = {0, -1, 0};

	return semop(id, &down, 1);
}

static long call_msgrcv(void)
{
	char letter[64];

	return msgrcv(id, letter, 16, 0, 0);
}

static long call_sigwait(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return sigwaitinfo(&set, NULL);
}

static long call_pause(void)
{
	return pause();
}

static long call_sem_wait(void)
{
	sem_t *sem = mmap(
		NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	sem_init(sem, 1, 0);
	return sem_wait(sem);
}

static long call_inotify(void)
{
	char room[128];

	return read(inotify_init1(0), room, sizeof(room));
}

static long call_nanosleep(void)
{
	struct timespec ts = {1000, 0};

	return nanosleep(&ts, NULL);
}

static long call_wait(void)
{
	if (fork() == 0) {
		char byte;

		close(fds[1]);
		_exit(read(fds[0], &byte, 1) != 0); /* until all that could write have gone */
	}
	return waitpid(-1, NULL, 0);
}

static void reading(void)
{
	MUST(pipe(fds));
	stop(call_read, "read", 1);
}

static void polling(void)
{
	MUST(pipe(fds));
	stop(call_poll, "poll", 1);
}

static void by_epoll(void)
{
	MUST(pipe(fds));
	stop(call_epoll, "epoll_wait", 0);
}

static void semaphore_of_system_v(void)
{
	id = semget(IPC_PRIVATE, 1, 0600);
	stop(call_semop, "semop", 0);
	semctl(id, 0, IPC_RMID);
}

static void message_of_system_v(void)
{
	id = msgget(IPC_PRIVATE, 0600);
	stop(call_msgrcv, "msgrcv", 1);
	msgctl(id, IPC_RMID, NULL);
}

static void waiting_for_a_signal(void)
{
	stop(call_sigwait, "sigwaitinfo", 0);
}

static void pausing(void)
{
	stop(call_pause, "pause", 1);
}

static void waiting_for_a_semaphore(void)
{
	stop(call_sem_wait, "sem_wait", 1);
}

static void watching(void)
{
	stop(call_inotify, "inotify", 1);
}

static void sleeping(void)
{
	stop(call_nanosleep, "nanosleep", 1);
}

static void waiting_for_a_child(void)
{
	MUST(pipe(fds));
	stop(call_wait, "waitpid", 1);
}

ROWS(ROW_IF(reading, SORTED), ROW_IF(polling, SORTED), ROW_IF(by_epoll, SORTED),
	ROW_IF(semaphore_of_system_v, SORTED), ROW_IF(message_of_system_v, SORTED),
	ROW_IF(waiting_for_a_signal, SORTED), ROW_IF(pausing, SORTED),
	ROW_IF(waiting_for_a_semaphore, SORTED), ROW_IF(watching, SORTED),
	ROW_IF(sleeping, SORTED | TIMED), ROW_IF(waiting_for_a_child, SORTED));
