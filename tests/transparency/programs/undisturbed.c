/* Signals that are ignored end no sleep: descriptors, signals, children, file locks. */
#include "disturb.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int fds[2];

static void make_pipe(void)
{
	MUST(pipe(fds));
}

static void write_byte(pid_t pid)
{
	(void)pid;
	result("wake", write(fds[1], "x", 1));
}

static void drain(pid_t pid)
{
	static char bytes[1 << 16];

	(void)pid;
	result("wake", read(fds[0], bytes, sizeof(bytes)));
}

static void terminate(pid_t pid)
{
	result("wake", kill(pid, SIGTERM));
}

static void in_read(void)
{
	char byte;

	result("read", read(fds[0], &byte, 1));
}

static void reading(void)
{
	make_pipe();
	disturb(in_read, write_byte);
}

static char full[1 << 16];

static void in_write(void)
{
	result("write", write(fds[1], full, 10));
}

static void writing(void)
{
	make_pipe();
	result("fill", write(fds[1], full, sizeof(full)));
	disturb(in_write, drain);
}

static void in_poll(void)
{
	struct pollfd p = {.fd = fds[0], .events = POLLIN};

	result("poll", poll(&p, 1, -1));
	say("revents %x", (unsigned)p.revents);
}

static void polling(void)
{
	make_pipe();
	disturb(in_poll, write_byte);
}

static void in_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	result("select", select(fds[0] + 1, &set, NULL, NULL, NULL));
	say("set %d", FD_ISSET(fds[0], &set));
}

static void selecting(void)
{
	make_pipe();
	disturb(in_select, write_byte);
}

static void in_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN}, got;
	int fd = epoll_create1(0);

	epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &event);
	result("epoll_wait", epoll_wait(fd, &got, 1, -1));
	say("events %x", got.events);
}

static void waiting_by_epoll(void)
{
	make_pipe();
	disturb(in_epoll, write_byte);
}

static void in_sigwaitinfo(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	result("sigwaitinfo", sigwaitinfo(&set, NULL));
}

static void waiting_for_signals(void)
{
	disturb(in_sigwaitinfo, terminate);
}

static void in_signalfd(void)
{
	struct signalfd_siginfo info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	result("read", read(signalfd(-1, &set, 0), &info, sizeof(info)));
}

static void reading_signals(void)
{
	disturb(in_signalfd, terminate);
}

static void in_pause(void)
{
	handle(SIGTERM, count, 0);
	result("pause", pause());
	say("caught %d", (int)caught);
}

static void pausing(void)
{
	disturb(in_pause, terminate);
}

static void in_sigsuspend(void)
{
	sigset_t none;

	sigemptyset(&none);
	handle(SIGTERM, count, 0);
	result("sigsuspend", sigsuspend(&none));
}

static void suspending(void)
{
	disturb(in_sigsuspend, terminate);
}

static void in_wait(void)
{
	pid_t pid = fork();
	int value;

	if (pid == 0) {
		char byte;

		_exit(read(fds[0], &byte, 1) == 1 ? 9 : 1);
	}
	waitpid(pid, &value, 0);
	status("the grandchild", value);
}

static void waiting(void)
{
	make_pipe();
	disturb(in_wait, write_byte);
}

static char path[64];
static int locked;

static void make_file(void)
{
	snprintf(path, sizeof(path), "undisturbed-%ld", (long)getpid());
	locked = open(path, O_RDWR | O_CREAT, 0600);
	MUST(locked);
}

static void in_flock(void)
{
	result("flock", flock(open(path, O_RDWR), LOCK_EX));
}

static void give_flock(pid_t pid)
{
	(void)pid;
	result("wake", flock(locked, LOCK_UN));
}

static void in_fcntl(void)
{
	struct flock lock = {.l_type = F_WRLCK};

	result("fcntl", fcntl(locked, F_SETLKW, &lock));
}

static void give_lock(pid_t pid)
{
	struct flock lock = {.l_type = F_UNLCK};

	(void)pid;
	result("wake", fcntl(locked, F_SETLK, &lock));
}

static void locking(void)
{
	struct flock lock = {.l_type = F_WRLCK};

	make_file();
	flock(locked, LOCK_EX);
	disturb(in_flock, give_flock);
	fcntl(locked, F_SETLK, &lock);
	disturb(in_fcntl, give_lock);
	unlink(path);
}

static void in_open(void)
{
	int fd = open(path, O_RDONLY);
	char byte;

	okay("open", fd);
	result("read", read(fd, &byte, 1));
}

static void open_other_end(pid_t pid)
{
	int fd = open(path, O_WRONLY);

	(void)pid;
	okay("wake", fd);
	close(fd);
}

static void opening_fifo(void)
{
	snprintf(path, sizeof(path), "undisturbed-%ld", (long)getpid());
	MUST(mkfifo(path, 0600));
	disturb(in_open, open_other_end);
	unlink(path);
}

static void in_accept(void)
{
	okay("accept", accept(fds[0], NULL, NULL));
}

static struct sockaddr_un address;
static socklen_t address_size = sizeof(address);

static void connect_to(pid_t pid)
{
	(void)pid;
	result("wake", connect(fds[1], (struct sockaddr *)&address, address_size));
}

static void in_recv(void)
{
	char text[8];

	result("recv", recv(fds[0], text, sizeof(text), 0));
}

static void sockets(void)
{
	address.sun_family = AF_UNIX;
	fds[0] = socket(AF_UNIX, SOCK_STREAM, 0);
	fds[1] = socket(AF_UNIX, SOCK_STREAM, 0);
	MUST(bind(fds[0], (struct sockaddr *)&address, sizeof(sa_family_t)));
	MUST(listen(fds[0], 1));
	MUST(getsockname(fds[0], (struct sockaddr *)&address, &address_size));
	disturb(in_accept, connect_to);
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	disturb(in_recv, write_byte);
}

static void in_eventfd(void)
{
	eventfd_t value;

	result("eventfd_read", eventfd_read(fds[0], &value));
	say("value %llu", (unsigned long long)value);
}

static void raise_eventfd(pid_t pid)
{
	(void)pid;
	result("wake", eventfd_write(fds[0], 7));
}

static void eventfds(void)
{
	fds[0] = eventfd(0, 0);
	disturb(in_eventfd, raise_eventfd);
}

static void in_inotify(void)
{
	char room[512];

	say("inotify %d", read(fds[0], room, sizeof(room)) > 0);
}

static void touch(pid_t pid)
{
	(void)pid;
	result("wake", write(locked, "x", 1));
}

static void inotifies(void)
{
	make_file();
	fds[0] = inotify_init1(0);
	okay("watch", inotify_add_watch(fds[0], path, IN_MODIFY));
	disturb(in_inotify, touch);
	unlink(path);
}

ROWS(ROW_IF(reading, SORTED), ROW_IF(writing, SORTED), ROW_IF(polling, SORTED),
	ROW_IF(selecting, SORTED), ROW_IF(waiting_by_epoll, SORTED),
	ROW_IF(waiting_for_signals, SORTED | TIMED), ROW_IF(reading_signals, SORTED | TIMED),
	ROW_IF(pausing, SORTED | TIMED), ROW_IF(suspending, SORTED | TIMED),
	ROW_IF(waiting, SORTED), ROW_IF(locking, SORTED), ROW_IF(opening_fifo, SORTED),
	ROW_IF(sockets, SORTED), ROW_IF(eventfds, SORTED), ROW_IF(inotifies, SORTED));
