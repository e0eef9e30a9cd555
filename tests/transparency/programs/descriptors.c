/* eventfd, epoll, inotify, memfd, pidfd, signal-driven I/O, and what dup and fork share. */
#include "rows.h"

#include <dirent.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int fds[2];

static void counters(void)
{
	int fd = eventfd(3, EFD_NONBLOCK);
	eventfd_t value = 0;

	result("read", eventfd_read(fd, &value));
	say("%llu", (unsigned long long)value);
	result("empty", eventfd_read(fd, &value));
	eventfd_write(fd, 5);
	eventfd_write(fd, 6);
	eventfd_read(fd, &value);
	say("%llu", (unsigned long long)value);
	result("almost full", eventfd_write(fd, 0xfffffffffffffffe));
	result("full", eventfd_write(fd, 1));
	result("never", eventfd_write(fd, 0xffffffffffffffff));
	result("short", read(fd, &value, 4));
	fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
	for (int i = 0; i < 3; i++)
		result("as a semaphore", eventfd_read(fd, &value));
}

static void counter_between(void)
{
	int there = eventfd(0, 0), back = eventfd(0, EFD_SEMAPHORE);
	eventfd_t value;

	if (fork() == 0) {
		for (int i = 0; i < 4; i++) {
			eventfd_read(there, &value);
			say("child %d", i);
			eventfd_write(back, 1);
		}
		_exit(0);
	}
	for (int i = 0; i < 4; i++) {
		say("parent %d", i);
		eventfd_write(there, 1);
		eventfd_read(back, &value);
	}
	wait(NULL);
}

static void tell_events(const char *what, int fd)
{
	struct epoll_event got[4];
	int n = epoll_wait(fd, got, 4, 0);

	say("%s: %d", what, n);
	for (int i = 0; i < n; i++)
		say("  %d: %x", got[i].data.fd == fds[0] ? 0 : 1, got[i].events);
}

static void epolls(void)
{
	int fd = epoll_create1(0);
	struct epoll_event level = {.events = EPOLLIN}, edge = {.events = EPOLLIN | EPOLLET},
			   once = {.events = EPOLLIN | EPOLLONESHOT};
	char byte;

	MUST(pipe(fds));
	level.data.fd = edge.data.fd = once.data.fd = fds[0];
	result("add", epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &level));
	result("twice", epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &level));
	result("a file cannot",
		epoll_ctl(fd, EPOLL_CTL_ADD, open("/etc/passwd", O_RDONLY), &level));
	tell_events("nothing", fd);
	MUST(write(fds[1], "abc", 3));
	tell_events("level", fd);
	tell_events("level again", fd);
	epoll_ctl(fd, EPOLL_CTL_MOD, fds[0], &edge);
	tell_events("edge", fd);
	tell_events("edge again", fd);
	MUST(write(fds[1], "d", 1));
	tell_events("new edge", fd);
	epoll_ctl(fd, EPOLL_CTL_MOD, fds[0], &once);
	tell_events("once", fd);
	tell_events("once again", fd);
	MUST(read(fds[0], &byte, 1));
	result("delete", epoll_ctl(fd, EPOLL_CTL_DEL, fds[0], NULL));
	result("twice", epoll_ctl(fd, EPOLL_CTL_DEL, fds[0], NULL));
	epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &level);
	close(fds[1]);
	tell_events("hang-up", fd);
}

static void epoll_woken(void)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN}, got;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &event);
	for (int i = 0; i < 3; i++) {
		char byte;

		if (fork() == 0)
			_exit(write(fds[1], "e", 1) != 1);
		result("epoll_wait", epoll_wait(fd, &got, 1, -1));
		result("read", read(fds[0], &byte, 1));
		wait(NULL);
	}
}

static void tell_changes(int fd)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} bits[] = {{IN_CREATE, "create"}, {IN_MODIFY, "modify"}, {IN_DELETE, "delete"},
		{IN_MOVED_FROM, "from"}, {IN_MOVED_TO, "to"}, {IN_CLOSE_WRITE, "close"},
		{IN_OPEN, "open"}, {IN_ATTRIB, "attributes"}, {IN_DELETE_SELF, "itself"},
		{IN_IGNORED, "ignored"}, {IN_ISDIR, "folder"}};
	char room[4096];
	ssize_t n = read(fd, room, sizeof(room));

	for (ssize_t at = 0; at < n;) {
		struct inotify_event *e = (struct inotify_event *)(room + at);
		char text[256] = "";

		for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
			if (e->mask & bits[i].bit) {
				strcat(text, " ");
				strcat(text, bits[i].name);
			}
		say("%s:%s, cookie %d", e->len ? e->name : "-", text, e->cookie != 0);
		at += (ssize_t)sizeof(*e) + e->len;
	}
}

static void watches(void)
{
	int fd = inotify_init1(IN_NONBLOCK), file;

	MUST(mkdir("watched", 0700));
	okay("watch", inotify_add_watch(fd, "watched", IN_ALL_EVENTS & ~IN_ACCESS));
	file = open("watched/a", O_CREAT | O_WRONLY, 0600);
	MUST(write(file, "x", 1));
	MUST(write(file, "x", 1)); /* two alike are told as one */
	close(file);
	rename("watched/a", "watched/b");
	chmod("watched/b", 0644);
	mkdir("watched/c", 0700);
	unlink("watched/b");
	rmdir("watched/c");
	tell_changes(fd);
	rmdir("watched");
	tell_changes(fd);
	result("nothing", read(fd, fds, sizeof(fds)));
	result("missing", inotify_add_watch(fd, "/no/such", IN_OPEN));
}

static void watched_by_another(void)
{
	int fd = inotify_init1(0);

	MUST(mkdir("folder", 0700));
	MUST(inotify_add_watch(fd, "folder", IN_CREATE));
	if (fork() == 0) {
		await_sleep(getppid());
		close(open("folder/new", O_CREAT | O_WRONLY, 0600));
		_exit(0);
	}
	tell_changes(fd);
	wait(NULL);
	unlink("folder/new");
	rmdir("folder");
}

static void memory_files(void)
{
	int fd = memfd_create("mine", MFD_ALLOW_SEALING);
	char path[64], byte, *map;
	struct stat st;

	MUST(write(fd, "memory", 6));
	fstat(fd, &st);
	say("%ld bytes, a file %d, links %d", (long)st.st_size, S_ISREG(st.st_mode),
		(int)st.st_nlink);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	result("read through proc", pread(open(path, O_RDONLY), &byte, 1, 2));
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	map[0] = 'M';
	result("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
	result("grow", ftruncate(fd, 100));
	result("write beyond", pwrite(fd, "x", 1, 6));
	result("write seal while mapped", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	munmap(map, 4096);
	result("now", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	result("write", pwrite(fd, "x", 1, 0));
	result("pread", pread(fd, &byte, 1, 0));
	say("%c, seals %x", byte, (unsigned)fcntl(fd, F_GET_SEALS));
}

static void process_descriptors(void)
{
	struct pollfd p = {.events = POLLIN};
	siginfo_t info = {0};
	pid_t pid = child((void (*)(void))pause);

	p.fd = pidfd_open(pid, 0);
	okay("pidfd", p.fd);
	result("lives", poll(&p, 1, 0));
	result("signal 0", pidfd_send_signal(p.fd, 0, NULL, 0));
	result("signal", pidfd_send_signal(p.fd, SIGTERM, NULL, 0));
	result("ended", poll(&p, 1, -1));
	result("wait", waitid(P_PIDFD, (id_t)p.fd, &info, WEXITED));
	say("the right one %d, status %d", info.si_pid == pid, info.si_status);
	result("gone", pidfd_send_signal(p.fd, 0, NULL, 0));
	result("no such", pidfd_open(999999, 0));
}

static void shared_offset(void)
{
	int a = memfd_create("file", 0), b = dup(a), c;
	char path[64], byte;

	MUST(write(a, "0123456789", 10));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", a);
	c = open(path, O_RDWR);
	lseek(a, 2, SEEK_SET);
	result("dup", lseek(b, 0, SEEK_CUR));
	result("open", lseek(c, 0, SEEK_CUR));
	fcntl(a, F_SETFL, O_APPEND);
	say("append %d %d", fcntl(b, F_GETFL) & O_APPEND ? 1 : 0,
		fcntl(c, F_GETFL) & O_APPEND ? 1 : 0);
	fcntl(a, F_SETFD, FD_CLOEXEC);
	say("close on exec %d %d", fcntl(a, F_GETFD), fcntl(b, F_GETFD));
	if (fork() == 0) {
		MUST(read(b, &byte, 1));
		MUST(write(a, "end", 3));
		_exit(0);
	}
	wait(NULL);
	result("offset", lseek(a, 0, SEEK_CUR));
	result("dup2 to itself", dup2(a, a) == a);
	result("dup3 to itself", dup3(a, a, 0));
	result("dup2 of nothing", dup2(999, 5));
	result("lowest", fcntl(a, F_DUPFD, 50));
}

static void appends(void)
{
	char text[256];
	int fd = memfd_create("log", 0), n = 0;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int p = 0; p < 3; p++)
		if (fork() == 0) {
			int mine = open(path, O_WRONLY | O_APPEND);

			for (int i = 0; i < 10; i++)
				MUST(write(mine, "line\n", 5));
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	lseek(fd, 0, SEEK_SET);
	result("all", read(fd, text, sizeof(text)));
	for (int i = 0; i < 150; i += 5)
		n += strncmp(text + i, "line\n", 5) == 0;
	say("whole lines %d", n);
}

static void kernel_copies(void)
{
	int a = memfd_create("from", 0), b = memfd_create("to", 0);
	off_t at = 2;
	char text[16] = "";

	MUST(pipe(fds));
	MUST(write(a, "0123456789", 10));
	result("sendfile", sendfile(b, a, &at, 5));
	say("offset %ld", (long)at);
	result("splice", splice(a, &at, fds[1], NULL, 3, 0));
	result("tee", tee(fds[0], fds[1], 3, SPLICE_F_NONBLOCK));
	result("read", read(fds[0], text, 3));
	say("%s", text);
	result("copy", copy_file_range(a, (off_t[]){0}, b, NULL, 2, 0));
	pread(b, text, 7, 0);
	say("%.7s", text);
	result("FIONREAD", ioctl(fds[0], FIONREAD, &fds[1]));
}

ROWS(ROW(counters), ROW(counter_between), ROW(epolls), ROW(epoll_woken), ROW(watches),
	ROW(watched_by_another), ROW(memory_files), ROW(process_descriptors), ROW(shared_offset),
	ROW(appends), ROW(kernel_copies));
