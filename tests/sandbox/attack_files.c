/* Attacks on files, sockets and objects that are not the program's; and what must work. */
#include "config.h"

#include "attacks.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* argv: paths of the host. */
static int read_host(char **argv)
{
	struct stat st;

	tried("shadow", open("/etc/shadow", O_RDONLY));
	tried("root", stat("/root", &st));
	tried("var", stat("/var", &st));
	for (; *argv; argv++)
		tried("hidden", stat(*argv, &st));
	return 0;
}

static int write_system(char **argv)
{
	(void)argv;
	tried("/", mkdir("/new", 0755));
	tried("/usr", open("/usr/bin/true", O_WRONLY));
	tried("/usr/bin", open("/usr/bin/evil", O_WRONLY | O_CREAT, 0755));
	tried("/lab/bin", open("/lab/bin/evil", O_WRONLY | O_CREAT, 0755));
	tried("/lab/bin chmod", chmod("/lab/bin/attacks", 0777));
	tried("/etc/passwd", open("/etc/passwd", O_WRONLY));
	tried("/etc/passwd chmod", chmod("/etc/passwd", 0666));
	tried("/dev", open("/dev/evil", O_WRONLY | O_CREAT, 0755));
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return atoi((*a)->d_name) - atoi((*b)->d_name);
}

static int number_in(const char *path)
{
	FILE *f = fopen(path, "re");
	int n = -1;

	if (f) {
		if (fscanf(f, "%d", &n) != 1)
			n = -1;
		fclose(f);
	}
	return n;
}

static int inherited(char **argv)
{
	struct dirent **names;
	sigset_t blocked;
	int n = scandir("/proc/self/fd", &names, NULL, by_name);

	(void)argv;
	for (int i = 0; i < n; i++) {
		/* 3 is the folder itself. */
		if (names[i]->d_name[0] != '.' && strcmp(names[i]->d_name, "3") != 0)
			printf("fd %s\n", names[i]->d_name);
	}
	for (char **e = environ; *e; e++)
		puts(*e);
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (int sig = 1; sig < NSIG; sig++) {
		struct sigaction a;

		if (sigismember(&blocked, sig) == 1)
			printf("signal %d is blocked\n", sig);
		if (sigaction(sig, NULL, &a) == 0 && a.sa_handler != SIG_DFL)
			printf("signal %d is not at its default\n", sig);
	}
	printf("umask %03o\n", umask(0));
	printf("group %d, session %d, oom %d\n", getpgrp() == getpid(), getsid(0) == getppid(),
		number_in("/proc/self/oom_score_adj"));
	return 0;
}

static void connect_to(const char *what, const char *address)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(80)};
	int s = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, address, &in.sin_addr);
	tried(what, connect(s, (struct sockaddr *)&in, sizeof in));
	close(s);
}

/* argv[0]: the name of an abstract socket on which the host listens. */
static int network(char **argv)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	char name[65];
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	connect_to("out", "192.0.2.1");
	connect_to("loopback", "127.0.0.1");
	strncpy(un.sun_path + 1, *argv, sizeof un.sun_path - 2);
	tried("abstract socket", connect(s, (struct sockaddr *)&un,
					 (socklen_t)(sizeof(sa_family_t) + 1 + strlen(*argv))));
	tried("packet socket", socket(AF_PACKET, SOCK_RAW, 0));
	tried("raw socket", socket(AF_INET, SOCK_RAW, 1));
	tried("vsock", socket(40, SOCK_STREAM, 0));
	tried("crypto socket", socket(38, SOCK_SEQPACKET, 0));
	gethostname(name, sizeof name);
	printf("host name %s\n", name);
	return 0;
}

/* argv[0]: the name of a shared memory object and argv[1] the key of a segment on the host. */
static int host_objects(char **argv)
{
	tried("shm_open", shm_open(argv[0], O_RDWR, 0));
	tried("mq_open", mq_open(argv[0], O_RDWR));
	tried("shmget", shmget((key_t)atoi(argv[1]), 0, 0));
	return 0;
}

static int leave(char **argv)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "sock"};

	(void)argv;
	mq_open("/queue", O_CREAT | O_RDWR, 0600, NULL);
	shm_open("/memory", O_CREAT | O_RDWR, 0600);
	sem_open("/sema", O_CREAT, 0600, 1);
	shmget(0x1234, 4096, IPC_CREAT | 0600);
	semget(IPC_PRIVATE, 1, 0600);
	msgget(0x77, IPC_CREAT | 0600);
	mkfifo("fifo", 0600);
	bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&un, sizeof un);
	close(open("/tmp/file", O_CREAT | O_WRONLY, 0600));
	mkdir("/tmp/closed", 0700);
	close(open("/tmp/closed/deep", O_CREAT | O_WRONLY, 0));
	chmod("/tmp/closed", 0);
	symlink("/etc/passwd", "link");
	return 0;
}

static int type_into_terminal(char **argv)
{
	(void)argv;
	tried("terminal", isatty(0) ? 0 : -1);
	tried("TIOCSTI", ioctl(0, TIOCSTI, "x"));
	tried("TIOCSTI, upper half filled", syscall(SYS_ioctl, 0, 0x700000000UL | TIOCSTI, "x"));
	return 0;
}

static int show_addresses(char **argv)
{
	(void)argv;
	printf("%p %p %p\n", (void *)&argv, (void *)(size_t)show_addresses, (void *)(size_t)printf);
	return 0;
}

/* ---- what exercises need ------------------------------------------------------------------- */

static void *nothing(void *arg)
{
	return arg;
}

static int loopback_works(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof in;
	int s = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(s, (struct sockaddr *)&in, sizeof in) < 0 || listen(s, 1) < 0 ||
		getsockname(s, (struct sockaddr *)&in, &len) < 0)
		return -1;
	return connect(c, (struct sockaddr *)&in, sizeof in);
}

static int spawn_works(void)
{
	char *const argv[] = {"true", NULL};
	int status;
	pid_t pid;

	errno = posix_spawnp(&pid, "true", NULL, NULL, argv, environ);
	return errno || waitpid(pid, &status, 0) != pid || status ? -1 : 0;
}

static int terminal_works(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY);

	return fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0 ? -1 : open(ptsname(fd), O_RDWR);
}

static int works(char **argv)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "s"};
	struct sigevent event = {.sigev_notify = SIGEV_NONE};
	pthread_t thread;
	timer_t timer;
	FILE *out;

	(void)argv;
	errno = pthread_create(&thread, NULL, nothing, NULL);
	tried("pthread_create", errno ? -1 : 0);
	tried("sem_open", sem_open("/s", O_CREAT, 0600, 1) == SEM_FAILED ? -1 : 0);
	tried("shm_open", shm_open("/s", O_CREAT | O_RDWR, 0600));
	tried("mq_open", mq_open("/s", O_CREAT | O_RDWR, 0600, NULL));
	tried("shmget", shmget(IPC_PRIVATE, 4096, 0600));
	tried("semget", semget(IPC_PRIVATE, 3, 0600));
	tried("msgget", msgget(IPC_PRIVATE, 0600));
	tried("ftok", ftok(".", 1));
	tried("mkfifo", mkfifo("f", 0600));
	tried("system", system("true"));
	tried("posix_spawnp", spawn_works());
	out = popen("true", "r");
	tried("popen", out ? pclose(out) : -1);
	tried("memfd_create", memfd_create("m", 0));
	tried("timerfd_create", timerfd_create(CLOCK_MONOTONIC, 0));
	tried("eventfd", eventfd(0, 0));
	tried("epoll_create1", epoll_create1(0));
	tried("inotify_init1", inotify_init1(0));
	tried("timer_create", timer_create(CLOCK_MONOTONIC, &event, &timer));
	tried("bind", bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&un, sizeof un));
	tried("loopback", loopback_works());
	tried("sigqueue", sigqueue(getpid(), 0, (union sigval){.sival_int = 1}));
	tried("tmpfile", tmpfile() ? 0 : -1);
	tried("terminal", terminal_works());
	tried("/dev/full", write(open("/dev/full", O_WRONLY), "x", 1));
	tried("/dev/urandom", open("/dev/urandom", O_RDONLY));
	return 0;
}

const struct attack attacks_on_files[] = {
	{"read-host", read_host},
	{"write-system", write_system},
	{"inherited", inherited},
	{"network", network},
	{"host-objects", host_objects},
	{"leave", leave},
	{"type-into-terminal", type_into_terminal},
	{"show-addresses", show_addresses},
	{"works", works},
	{NULL, NULL},
};
