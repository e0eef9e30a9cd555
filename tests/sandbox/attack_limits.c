/* Attacks on the machine's resources: take all there is of one kind, and say where it ended. */
#include "config.h"

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#define MIB (1L << 20)

static int fork_bomb(char **argv)
{
	long n = 0;
	pid_t pid;

	(void)argv;
	while (n < 1000 && (pid = fork()) >= 0) {
		if (pid == 0)
			for (;;)
				pause();
		n++;
	}
	bounded("fork", n, 50, 64);
	return 0;
}

static void *wait_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static int threads(char **argv)
{
	pthread_attr_t attr;
	pthread_t id;
	long n = 0;

	(void)argv;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 * 1024);
	while (n < 1000 && (errno = pthread_create(&id, &attr, wait_for_ever, NULL)) == 0)
		n++;
	bounded("pthread_create", n, 50, 64);
	_exit(0);
}

static long map_until_full(int flags)
{
	long n = 0;

	while (n < 4096 &&
		mmap(NULL, MIB, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		n++;
	return n;
}

static int private_memory(char **argv)
{
	(void)argv;
	bounded("mmap private, MiB", map_until_full(MAP_PRIVATE), 400, 512);
	return 0;
}

static int shared_memory(char **argv)
{
	(void)argv;
	bounded("mmap shared, MiB", map_until_full(MAP_SHARED), 400, 512);
	return 0;
}

static long write_until_full(int fd)
{
	static char block[64 * 1024];
	long n = 0;

	memset(block, 'x', sizeof block);
	while (n < 1024 * MIB / (long)sizeof block && write(fd, block, sizeof block) > 0)
		n++;
	return n * (long)sizeof block / MIB;
}

static int memory_file(char **argv)
{
	int fd = memfd_create("big", 0);

	(void)argv;
	signal(SIGXFSZ, SIG_IGN);
	bounded("write memfd, MiB", write_until_full(fd), 16, 16);
	tried("ftruncate memfd to 1 TiB", ftruncate(fd, 1L << 40));
	return 0;
}

/* Files of 1 MiB in one folder, until there is no more room. */
static void fill_folder(const char *dir)
{
	static char block[MIB];
	char path[128];
	long n = 0;

	for (; n < 1000; n++) {
		snprintf(path, sizeof path, "%s/big%ld", dir, n);
		int fd = open(path, O_WRONLY | O_CREAT, 0600);
		ssize_t got = fd < 0 ? -1 : write(fd, block, sizeof block);

		if (got < (ssize_t)sizeof block) {
			errno = got < 0 ? errno : ENOSPC;
			break;
		}
		close(fd);
	}
	bounded(dir, n, 14, 16);
}

static int folders(char **argv)
{
	(void)argv;
	fill_folder("/dev/shm");
	fill_folder("/tmp");
	fill_folder("/home/student");
	return 0;
}

static int inodes(char **argv)
{
	char path[64];
	long n = 0;
	int fd;

	(void)argv;
	for (; n < 100000; n++) {
		snprintf(path, sizeof path, "/tmp/f%ld", n);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (fd < 0)
			break;
		close(fd);
	}
	bounded("files", n, 4000, 4096);
	return 0;
}

static int sparse_file(char **argv)
{
	int fd = open("sparse", O_RDWR | O_CREAT, 0600);

	(void)argv;
	signal(SIGXFSZ, SIG_IGN);
	tried("ftruncate to 1 TiB", ftruncate(fd, 1L << 40));
	return 0;
}

static int descriptors(char **argv)
{
	long n = 0;

	(void)argv;
	while (n < 100000 && dup(1) >= 0)
		n++;
	bounded("dup", n, 200, 256);
	return 0;
}

/* Descriptors on their way through a socket belong to nobody's table. */
static int descriptors_in_flight(char **argv)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(64 * sizeof(int))];
	} space;
	struct iovec part = {"x", 1};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &space};
	int fds[64], pair[2];
	long n = 0;

	(void)argv;
	for (int i = 0; i < 64; i++)
		fds[i] = 1;
	m.msg_controllen = CMSG_SPACE(sizeof fds);
	space.head.cmsg_level = SOL_SOCKET;
	space.head.cmsg_type = SCM_RIGHTS;
	space.head.cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(&space.head), fds, sizeof fds);
	while (n < 100000 && socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0 &&
		sendmsg(pair[0], &m, MSG_DONTWAIT) > 0)
		n += 64;
	bounded("in flight", n, 64, 1024);
	return 0;
}

static int message_queues(char **argv)
{
	struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = 8192};
	char name[32];
	long n = 0;

	(void)argv;
	for (; n < 1000; n++) {
		snprintf(name, sizeof name, "/q%ld", n);
		if (mq_open(name, O_CREAT | O_RDWR, 0600, &attr) < 0)
			break;
	}
	bounded("mq_open", n, 5, 10);
	return 0;
}

static int system_v_memory(char **argv)
{
	long n = 0;
	int id;

	(void)argv;
	tried("shmget of 32 MiB", shmget(IPC_PRIVATE, 32 * MIB, 0600));
	/* Detached, so that no rlimit of a process sees it. */
	for (; n < 1000 && (id = shmget(IPC_PRIVATE, MIB, 0600)) >= 0; n++) {
		void *p = shmat(id, NULL, 0);

		memset(p, 1, MIB);
		shmdt(p);
	}
	bounded("shmget, MiB", n, 16, 16);
	return 0;
}

static int system_v_others(char **argv)
{
	long n = 0;

	(void)argv;
	while (n < 100000 && msgget(IPC_PRIVATE, 0600) >= 0)
		n++;
	bounded("msgget", n, 128, 128);
	n = 0;
	while (n < 100000 && semget(IPC_PRIVATE, 1000, 0600) >= 0)
		n++;
	bounded("semget of 1000", n, 8, 8);
	return 0;
}

static int core(char **argv)
{
	(void)argv;
	abort();
}

static int spin(char **argv)
{
	(void)argv;
	for (volatile unsigned long n = 0;; n++)
		;
	return 0;
}

static int raise_limits(char **argv)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	(void)argv;
	tried("raise RLIMIT_NPROC", setrlimit(RLIMIT_NPROC, &all));
	tried("raise RLIMIT_AS", setrlimit(RLIMIT_AS, &all));
	tried("raise RLIMIT_FSIZE", setrlimit(RLIMIT_FSIZE, &all));
	tried("raise RLIMIT_NOFILE", setrlimit(RLIMIT_NOFILE, &all));
	tried("raise RLIMIT_CORE", setrlimit(RLIMIT_CORE, &all));
	errno = 0;
	tried("nice -20", setpriority(PRIO_PROCESS, 0, -20));
	return 0;
}

const struct attack attacks_on_limits[] = {
	{"fork-bomb", fork_bomb},
	{"threads", threads},
	{"private-memory", private_memory},
	{"shared-memory", shared_memory},
	{"memory-file", memory_file},
	{"folders", folders},
	{"inodes", inodes},
	{"sparse-file", sparse_file},
	{"descriptors", descriptors},
	{"descriptors-in-flight", descriptors_in_flight},
	{"message-queues", message_queues},
	{"system-v-memory", system_v_memory},
	{"system-v-others", system_v_others},
	{"core", core},
	{"spin", spin},
	{"raise-limits", raise_limits},
	{NULL, NULL},
};
