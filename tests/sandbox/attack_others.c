/*
 * Attacks on what belongs to other programs of the same user: processes, objects, files. They only
 * have a target where no namespace hides it.
 */
#include "config.h"

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static int signal_others(char **argv)
{
	pid_t pid = atoi(argv[0]);
	char path[64];
	int ends[2], proc;

	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	tried("kill", kill(pid, SIGKILL));
	tried("tgkill", syscall(SYS_tgkill, pid, pid, SIGKILL));
	tried("sigqueue", sigqueue(pid, SIGKILL, (union sigval){.sival_int = 0}));
	tried("kill group", kill(-pid, SIGKILL));
	tried("pidfd_open", syscall(SYS_pidfd_open, pid, 0));
	proc = open(path, O_RDONLY | O_DIRECTORY);
	tried("pidfd of /proc", syscall(SYS_pidfd_send_signal, proc, SIGKILL, NULL, 0));
	if (pipe(ends) == 0)
		tried("F_SETOWN", fcntl(ends[0], F_SETOWN, pid));
	tried("setpriority of user", setpriority(PRIO_USER, 0, 19));
	return 0;
}

static int take_segment(char **argv)
{
	key_t key = atoi(argv[0]);
	int id = atoi(argv[1]);

	tried("shmget", shmget(key, 0, 0));
	tried("shmat", shmat(id, NULL, 0) == (void *)-1 ? -1 : 0);
	tried("remove", shmctl(id, IPC_RMID, NULL));
	tried("make", shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600));
	return 0;
}

/* A key names an object as long as it is not removed, and then no longer. */
static int keys(char **argv)
{
	const key_t key = 0x4c4142;
	int first = shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600), second;

	(void)argv;
	tried("make", first);
	tried("make again", shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600));
	tried("find", shmget(key, 0, 0) == first ? 0 : -1);
	tried("make or find", shmget(key, 4096, IPC_CREAT | 0600) == first ? 0 : -1);
	tried("attach", shmat(first, NULL, 0) == (void *)-1 ? -1 : 0);
	tried("remove", shmctl(first, IPC_RMID, NULL));
	tried("find a removed one", shmget(key, 0, 0));
	second = shmget(key, 4096, IPC_CREAT | 0600);
	puts(second >= 0 && second != first ? "another one" : "the same");
	tried("remove that", shmctl(second, IPC_RMID, NULL));
	return 0;
}

/* A queue of that name is there, but not of this run. */
static int take_queue(char **argv)
{
	char name[128], path[128], text[9000];
	mqd_t queue;

	snprintf(name, sizeof name, "/%s", argv[0]);
	snprintf(path, sizeof path, "/dev/mqueue/%s", argv[0]);
	tried("mq_open", mq_open(name, O_RDWR));
	tried("mq_unlink", mq_unlink(name));
	tried("open", open(path, O_RDWR));
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);
	tried("make", queue);
	tried("send", mq_send(queue, "mine", 4, 1));
	tried("open as a file", open(path, O_RDONLY));
	tried("receive", mq_receive(queue, text, sizeof text, NULL));
	return 0;
}

/* Past the names that are translated: from the folder where all queues lie. */
static int steal_queue(char **argv)
{
	tried("chdir", chdir(argv[0]));
	tried("open", open(argv[1], O_RDWR));
	return 0;
}

static int change_others(char **argv)
{
	char path[64];
	int fd;

	tried("open", open(argv[0], O_RDWR));
	tried("chmod", chmod(argv[0], 0));
	if (symlink(argv[0], "link") == 0)
		tried("chmod by link", chmod("link", 0));
	unlink("link");
	tried("utimensat", utimensat(AT_FDCWD, argv[0], NULL, 0));
	tried("truncate", truncate(argv[0], 0));
	tried("unlink", unlink(argv[0]));
	fd = open(argv[0], O_PATH);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	tried("chmod by O_PATH", chmod(path, 0));
	tried("setxattr", setxattr(argv[0], "user.x", "x", 1, 0));
	tried("inotify", inotify_add_watch(inotify_init(), argv[0], IN_ALL_EVENTS));
	tried("network", socket(AF_INET, SOCK_STREAM, 0));
	return 0;
}

static int names(char **argv)
{
	char text[256] = "";
	struct passwd *me = getpwuid(1000);
	ssize_t n;

	(void)argv;
	puts(getcwd(text, sizeof text) ? text : "none");
	n = readlink("/proc/self/exe", text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	puts(text);
	puts(me ? me->pw_name : "nobody");
	tried("/tmp/x", open("/tmp/x", O_CREAT | O_RDWR, 0600));
	tried("/dev/shm/x", open("//dev/./shm/x", O_CREAT | O_RDWR, 0600));
	return 0;
}

static int netlink(char **argv)
{
	(void)argv;
	tried("netlink", socket(AF_NETLINK, SOCK_RAW, 0));
	return 0;
}

const struct attack attacks_on_others[] = {
	{"netlink", netlink},
	{"signal-others", signal_others},
	{"take-segment", take_segment},
	{"keys", keys},
	{"take-queue", take_queue},
	{"steal-queue", steal_queue},
	{"change-others", change_others},
	{"names", names},
	{NULL, NULL},
};
