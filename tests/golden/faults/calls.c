/*
 * One program for the table of faults: each word of its command line is a call it makes, and for
 * each it prints what it saw ("ok", the errno's name, a number of bytes). Nothing here knows of
 * faults; without any, every call succeeds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char seen[4096];
static int in[2], out[2];

static void say(const char *what)
{
	strncat(seen, seen[0] ? " " : "", sizeof(seen) - strlen(seen) - 1);
	strncat(seen, what, sizeof(seen) - strlen(seen) - 1);
}

/* A call that gives -1 and errno, or something else that is not for printing. */
static int saw(long result)
{
	say(result == -1 ? strerrorname_np(errno) : "ok");
	return (int)result;
}

/* A call that gives the error itself. */
static void saw_error(int error)
{
	say(error ? strerrorname_np(error) : "ok");
}

static void saw_bytes(ssize_t n)
{
	char number[32];

	snprintf(number, sizeof(number), "%zd", n);
	say(n < 0 ? strerrorname_np(errno) : number);
}

static pid_t child(int status)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(status);
	return pid;
}

static void reap(pid_t pid)
{
	if (pid > 0)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
}

static void do_fork(void)
{
	reap((pid_t)saw(child(0)));
}

static void do_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	reap((pid_t)saw(pid));
}

static void saw_status(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	say(WIFEXITED(status) && WEXITSTATUS(status) == 5 ? "5" : status == 0 ? "0" : "?");
}

/* A child that ends with status 5. */
static void do_five(void)
{
	saw_status(child(5));
}

static void do_vfork_five(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(5);
	saw_status(pid);
}

static void do_spawn(void)
{
	char *argv[] = {"calls", NULL}, *env[] = {NULL};
	pid_t pid = 0;
	int error = posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, env);

	saw_error(error);
	if (!error)
		reap(pid);
}

static void *nothing(void *argument)
{
	return argument;
}

static void do_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, nothing, NULL);

	saw_error(error);
	if (!error)
		pthread_join(thread, NULL);
}

static void do_exec(void)
{
	char *argv[] = {"calls", "open", "open", NULL};

	execv("/proc/self/exe", argv);
	saw(-1);
}

static void do_wait(void)
{
	pid_t pid = child(0);

	saw(waitpid(pid, NULL, 0));
	reap(pid);
}

static void do_pipe(void)
{
	int fds[2];

	if (saw(pipe(fds)) == 0) {
		close(fds[0]);
		close(fds[1]);
	}
}

static void close_new(int fd)
{
	if (saw(fd) >= 0)
		close(fd);
}

static void do_open(void)
{
	close_new(open("/dev/null", O_RDONLY));
}

static void do_shm_open(void)
{
	close_new(shm_open("/calls", O_RDWR | O_CREAT, 0600));
	shm_unlink("/calls");
}

static void do_socket(void)
{
	close_new(socket(AF_UNIX, SOCK_STREAM, 0));
}

static void do_socketpair(void)
{
	int fds[2];

	if (saw(socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) == 0) {
		close(fds[0]);
		close(fds[1]);
	}
}

static void do_dup(void)
{
	close_new(dup(STDIN_FILENO));
}

static void do_dup2(void)
{
	close_new(dup2(STDIN_FILENO, 20));
}

/* Whatever close() says, the descriptor is gone. */
static void do_close(void)
{
	int fd = dup(STDIN_FILENO);

	saw(close(fd));
	say(fcntl(fd, F_GETFD) == -1 ? "gone" : "open");
	close(fd);
}

/* Sets up, says nothing: twelve bytes to read. */
static void do_in(void)
{
	if (pipe(in) < 0 || write(in[1], "abcdefghijkl", 12) < 12)
		_exit(99);
}

static void do_out(void)
{
	if (pipe(out) < 0)
		_exit(99);
}

static void do_read(void)
{
	char bytes[6];

	saw_bytes(read(in[0], bytes, sizeof(bytes)));
}

/* Six bytes themselves. */
static void do_text(void)
{
	char bytes[7] = "";

	say(read(in[0], bytes, 6) == 6 ? bytes : "?");
}

/* ... of a file. */
static void do_file_text(void)
{
	char bytes[7] = "";
	int fd = open("/proc/self/comm", O_RDONLY);

	say(read(fd, bytes, 5) == 5 ? bytes : "?");
	close(fd);
}

static void do_write(void)
{
	saw_bytes(write(out[1], "abcdef", 6));
}

static void do_kill(void)
{
	saw(kill(getpid(), SIGCHLD));
}

static void say_usr1(int sig)
{
	(void)sig;
	say("usr1");
}

static void do_usr1(void)
{
	signal(SIGUSR1, say_usr1);
}

/* Whether it comes is said behind its "ok". */
static void do_kill_usr1(void)
{
	sigset_t usr1, before;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, &before);
	saw(kill(getpid(), SIGUSR1));
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void do_sigqueue(void)
{
	saw(sigqueue(getpid(), SIGCHLD, (union sigval){.sival_int = 1}));
}

static void do_mq_open(void)
{
	close_new(mq_open("/calls", O_RDWR | O_CREAT, 0600, NULL));
	mq_unlink("/calls");
}

static void do_mq_getattr(void)
{
	mqd_t queue = mq_open("/calls", O_RDWR | O_CREAT, 0600, NULL);
	struct mq_attr attr;

	saw(mq_setattr(queue, &(struct mq_attr){0}, NULL));
	saw(mq_getattr(queue, &attr));
	mq_close(queue);
	mq_unlink("/calls");
}

static void do_mq(void)
{
	mqd_t queue = mq_open("/calls", O_RDWR | O_CREAT, 0600, NULL);
	char bytes[8192];

	if (saw(mq_send(queue, "abc", 3, 0)) < 0)
		saw(mq_send(queue, "abc", 3, 0));
	saw_bytes(mq_receive(queue, bytes, sizeof(bytes), NULL));
	mq_close(queue);
	mq_unlink("/calls");
}

static void do_mmap(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	saw((long)at);
	if (at != MAP_FAILED)
		munmap(at, 4096);
}

static void do_shm(void)
{
	int id = saw(shmget(IPC_PRIVATE, 4096, 0600));
	void *at = id < 0 ? NULL : shmat(id, NULL, 0);

	if (at)
		saw((long)at);
	shmctl(id, IPC_RMID, NULL);
}

static void do_sysv_sem(void)
{
	struct sembuf up = {0, 1, 0};
	int id = saw(semget(IPC_PRIVATE, 1, 0600));

	if (id >= 0)
		saw(semop(id, &up, 1));
	semctl(id, 0, IPC_RMID);
}

static void do_msg(void)
{
	struct {
		long type;
		char text[4];
	} message = {1, "abc"};
	int id = saw(msgget(IPC_PRIVATE, 0600));

	if (id >= 0)
		saw(msgsnd(id, &message, 4, 0));
	if (id >= 0)
		saw_bytes(msgrcv(id, &message, 4, 0, IPC_NOWAIT));
	msgctl(id, IPC_RMID, NULL);
}

static void do_sem(void)
{
	int value = -1;
	char number[16];
	sem_t sem;

	sem_init(&sem, 0, 3);
	saw(sem_wait(&sem));
	saw(sem_trywait(&sem));
	sem_getvalue(&sem, &value);
	snprintf(number, sizeof(number), "value=%d", value);
	say(number);
	sem_destroy(&sem);
}

static void do_sem_open(void)
{
	sem_t *sem = sem_open("/calls", O_CREAT, 0600, 1);

	say(sem == SEM_FAILED ? strerrorname_np(errno) : "ok");
	if (sem != SEM_FAILED)
		sem_close(sem);
	sem_unlink("/calls");
}

static void do_mutex(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	int error = pthread_mutex_trylock(&mutex);

	saw_error(error);
	if (!error)
		pthread_mutex_unlock(&mutex);
}

static void do_sleep(void)
{
	struct timespec long_time = {7, 5}, left = {0, 0};
	char text[32];

	saw(nanosleep(&long_time, &left));
	snprintf(text, sizeof(text), "left=%ld", (long)left.tv_sec);
	say(text);
}

static void handler(int sig)
{
	(void)sig;
}

/* The parent sleeps in read(), a signal whose handler restarts it arrives, then a byte. */
static void do_restart(void)
{
	struct sigaction act = {.sa_handler = handler, .sa_flags = SA_RESTART};
	pid_t pid, parent = getpid();
	int fds[2];
	char byte;

	sigaction(SIGUSR1, &act, NULL);
	if (pipe(fds) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		kill(parent, SIGUSR1);
		usleep(1000);
		_exit(write(fds[1], "xy", 2) == 2 ? 0 : 1);
	}
	saw_bytes(read(fds[0], &byte, 1));
	saw_bytes(read(fds[0], &byte, 1));
	reap(pid);
	close(fds[0]);
	close(fds[1]);
}

/* A child, task 2, and its parent read one byte each. */
static void do_both(void)
{
	char byte;
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(read(in[0], &byte, 1) == 1 ? 0 : errno);
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		say(sigabbrev_np(WTERMSIG(status)));
	else
		saw_error(WEXITSTATUS(status));
	saw_bytes(read(in[0], &byte, 1));
}

static void handle_term(int sig)
{
	(void)sig;
	say("handled");
}

static void do_handle(void)
{
	signal(SIGTERM, handle_term);
}

static sem_t waited;
static sigjmp_buf back;

static void read_and_post(int sig)
{
	(void)sig;
	do_read();
	sem_post(&waited);
}

/* What a handler calls is no part of the library call that it interrupts. */
static void do_handler_in_wait(void)
{
	struct sigaction act = {.sa_handler = read_and_post, .sa_flags = SA_RESTART};
	pid_t pid;

	sigaction(SIGCHLD, &act, NULL);
	sem_init(&waited, 0, 0);
	pid = child(0);
	saw(sem_wait(&waited));
	signal(SIGCHLD, SIG_DFL);
	reap(pid);
}

static void jump(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

/* Nor is what comes after a jump out of it. */
static void do_jump_from_wait(void)
{
	signal(SIGCHLD, jump);
	sem_init(&waited, 0, 0);
	if (sigsetjmp(back, 1) == 0) {
		child(0);
		sem_wait(&waited);
	}
	signal(SIGCHLD, SIG_DFL);
	wait(NULL);
	do_read();
}

static void do_status(void)
{
	_exit(write(out[1], "abcdef", 6) == -1 ? errno : 0);
}

#define ROW(name)                \
	{                        \
#name, do_##name \
	}
static const struct {
	const char *name;
	void (*make)(void);
} rows[] = {ROW(fork), ROW(vfork), ROW(spawn), ROW(thread), ROW(exec), ROW(wait), ROW(pipe),
	ROW(open), ROW(shm_open), ROW(socket), ROW(socketpair), ROW(dup), ROW(dup2), ROW(close),
	ROW(in), ROW(out), ROW(five), ROW(vfork_five), ROW(text), ROW(file_text), ROW(read),
	ROW(write), ROW(kill), ROW(usr1), ROW(kill_usr1), ROW(sigqueue), ROW(mq_open),
	ROW(mq_getattr), ROW(mq), ROW(mmap), ROW(shm), ROW(sysv_sem), ROW(msg), ROW(sem),
	ROW(sem_open), ROW(mutex), ROW(sleep), ROW(restart), ROW(both), ROW(handle),
	ROW(handler_in_wait), ROW(jump_from_wait), ROW(status)};

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
			if (strcmp(argv[i], rows[k].name) == 0)
				rows[k].make();
	if (argc > 1)
		puts(seen);
	return 0;
}
