/*
 * How quick the lab's screens are: bench/screen IPCLAB TIMES. Each turn starts the lab on a
 * pseudo-terminal of 80x24 and measures until its first frame is there, then each of KEYS until the
 * frame that it makes. Prints the medians, and the most memory that it ever held. The first turn,
 * which makes the workspace, does not count. The lab draws a frame in one go: it is whole when
 * nothing has followed for QUIET_MS.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TURNS_MOST = 1000, OUTPUT_MOST = 1 << 16, PATIENCE_MS = 10000, QUIET_MS = 20 };

static const struct {
	const char *bytes, *name;
} keys[] = {
	{"h", "key: a hint"},
	{"\033[5~", "key: a page up"},
	{"l", "key: the lesson"},
	{"b", "key: back to the exercise"},
	{"n", "key: the next exercise"},
	{"b", "key: back to the course"},
	{"\033OA", "key: up, in the course"},
	{"\r", "key: open an exercise"},
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static double first[TURNS_MOST], each[KEYS][TURNS_MOST];
static long most_kib;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Reads a frame; when its last byte came. */
static double wait_for_frame(int master, const char *name)
{
	char bytes[1 << 16];
	struct pollfd fd = {master, POLLIN, 0};
	double last = 0;

	for (int wait = PATIENCE_MS; poll(&fd, 1, wait) > 0; wait = QUIET_MS) {
		if (read(master, bytes, sizeof(bytes)) <= 0)
			return last;
		last = now_ms();
	}
	if (last == 0) {
		fprintf(stderr, "no frame came: %s\n", name);
		exit(1);
	}
	return last;
}

static long memory_kib(pid_t pid)
{
	char path[64], line[256];
	long kib = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	in = fopen(path, "r");
	while (in && fgets(line, sizeof(line), in))
		sscanf(line, "VmHWM: %ld", &kib);
	if (in)
		fclose(in);
	return kib;
}

static void turn(const char *ipclab, const char *work, int n)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	double began = now_ms();
	long kib;
	int master;
	pid_t pid = forkpty(&master, NULL, NULL, &size);

	if (pid < 0)
		die("forkpty");
	if (pid == 0) {
		execl(ipclab, "ipclab", work, (char *)NULL);
		_exit(127);
	}
	began = wait_for_frame(master, "the first") - began;
	for (int k = n < 0 ? KEYS - 1 : 0; k < (int)KEYS;
		k++) { /* the first one opens an exercise */
		double typed = now_ms();

		if (write(master, keys[k].bytes, strlen(keys[k].bytes)) < 0)
			die("write");
		typed = wait_for_frame(master, keys[k].name) - typed;
		if (n >= 0)
			each[k][n] = typed;
	}
	if (n >= 0)
		first[n] = began;
	kib = memory_kib(pid);
	most_kib = kib > most_kib ? kib : most_kib;
	kill(pid, SIGTERM);
	wait_for_frame(master, "the end");
	while (waitpid(pid, NULL, 0) < 0)
		;
	close(master);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_median(const char *name, double *list, int n, int goal)
{
	qsort(list, (size_t)n, sizeof(*list), by_size);
	printf("  %-28s %9.2f ms   goal %d\n", name, (list[(n - 1) / 2] + list[n / 2]) / 2, goal);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/ipclab-bench.XXXXXX", work[64], command[64];
	int times = argc == 3 ? atoi(argv[2]) : 0;

	if (times < 1 || times > TURNS_MOST) {
		fprintf(stderr, "usage: screen IPCLAB TIMES\n");
		return 2;
	}
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	if (!mkdtemp(folder))
		die("mkdtemp");
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	snprintf(work, sizeof(work), "--work=%s/work", folder);
	for (int n = -1; n < times; n++)
		turn(argv[1], work, n);
	print_median("first screen", first, times, 30);
	for (size_t k = 0; k < KEYS; k++)
		print_median(keys[k].name, each[k], times, 10);
	printf("  %-28s %9.1f MiB  goal 20\n", "memory at most", (double)most_kib / 1024);
	return system(command) == 0 ? 0 : 1;
}
