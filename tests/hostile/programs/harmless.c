/* What fails for everybody on any machine, and what honest programs and libraries ask for: nobody
 * is to be named for it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *nothing(void *arg)
{
	return arg;
}

static void look(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd >= 0)
		close(fd);
}

static void limits(pid_t pid)
{
	struct rlimit limit;

	if (prlimit(pid, RLIMIT_NOFILE, NULL, &limit) < 0 ||
		prlimit(pid, RLIMIT_NOFILE, &limit, NULL) < 0)
		puts("its own limits are refused");
}

int main(void)
{
	static const char *const paths[] = {"/no/such/folder/file", "/etc/localtime",
		"/etc/nsswitch.conf", "/etc/resolv.conf", "/sys/devices/system/cpu/online",
		"/tmp/not-there", "/dev/not-there", "/proc/self/not-there", "not-there",
		"../student/not-there", "/usr/lib/not-there", "/var/run/nscd/socket"};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct mq_attr many = {.mq_maxmsg = 100000, .mq_msgsize = 8};
	char gone[64];
	cpu_set_t one;
	pthread_t thread;
	time_t now = time(NULL);
	pid_t child;
	int fd;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		look(paths[i]);
	localtime(&now);
	getpwnam("nobody-of-this-name");
	mq_open("/ipclab-harmless", O_CREAT | O_RDWR, 0600, &many);
	kill(1, SIGTERM);
	kill(getppid(), 0);
	kill(-1, 0);
	kill(31999, SIGTERM);
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	pthread_create(&thread, NULL, nothing, NULL);
	pthread_join(thread, NULL);
	limits(0);
	limits(getpid());
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	limits(child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	kill(child, SIGKILL);
	snprintf(gone, sizeof(gone), "/proc/%ld/stat", (long)child);
	look(gone);
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		puts("connected");
	close(fd);
	execl("/no/such/program", "program", NULL);
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
