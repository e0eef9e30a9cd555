/*
 * How quick the lab's screens are: bench/screen IPCLAB TIMES [LOG]. Each turn starts the lab on a
 * pseudo-terminal of 80x24 and measures until its first frame is there, then each of its keys until
 * the frame that it makes; with LOG the timeline of it likewise. Prints the medians, and the most
 * memory that it ever held. The first turn, which makes the workspace, does not count. The lab
 * draws a frame in one go: it is whole when nothing has followed for QUIET_MS.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	TURNS_MOST = 1000,
	KEYS_MOST = 16,
	OUTPUT_MOST = 1 << 16,
	PATIENCE_MS = 10000,
	QUIET_MS = 20
};

struct key {
	const char *bytes, *name;
};

static const struct key lab_keys[] = {
	{"h", "key: a hint"},
	{"\033[5~", "key: a page up"},
	{"l", "key: the lesson"},
	{"b", "key: back to the exercise"},
	{"n", "key: the next exercise"},
	{"b", "key: back to the course"},
	{"\033OA", "key: up, in the course"},
	{"\r", "key: open an exercise"},
	{NULL, NULL},
};

static const struct key log_keys[] = {
	{"\033OF", "key: to the end"},
	{"\033OA", "key: a step back"},
	{"\033[5~", "key: a page back"},
	{"\033OB", "key: a step forward"},
	{"O", "key: the object's last event"},
	{"B", "key: the last that waits"},
	{"/", "key: search"},
	{"4", "key: what for"},
	{"\r", "key: its first hit"},
	{"N", "key: the hit before"},
	{"z", "key: each event"},
	{"\033OH", "key: to the beginning"},
	{"f", "key: the next failure"},
	{NULL, NULL},
};

/* What is started, and what came of its turns. */
struct sitting {
	const char *command, *operand;
	const struct key *keys;
	int before; /* the turn before the first types only the last so many keys */
	double first[TURNS_MOST], each[KEYS_MOST][TURNS_MOST];
	long most_kib;
};

static struct sitting lab = {.keys = lab_keys, .before = 1}, timeline = {.keys = log_keys};

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

/* Reads a frame; when its last byte came. END: there is none, it ends. */
static double wait_for_frame(int master, const char *name, bool end)
{
	char bytes[1 << 16];
	struct pollfd fd = {master, POLLIN, 0};
	double last = 0;

	for (int wait = PATIENCE_MS; poll(&fd, 1, wait) > 0; wait = QUIET_MS) {
		if (read(master, bytes, sizeof(bytes)) > 0) {
			last = now_ms();
			continue;
		}
		if (end)
			return last;
		last = 0;
		break;
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

static int key_count(const struct sitting *s)
{
	int n = 0;

	while (s->keys[n].bytes)
		n++;
	return n;
}

static void turn(const char *ipclab, struct sitting *s, int n)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	double began = now_ms();
	long kib;
	int master;
	pid_t pid = forkpty(&master, NULL, NULL, &size);

	if (pid < 0)
		die("forkpty");
	if (pid == 0) {
		execl(ipclab, "ipclab", s->command, s->operand, (char *)NULL);
		_exit(127);
	}
	began = wait_for_frame(master, "the first", false) - began;
	for (int k = n < 0 ? key_count(s) - s->before : 0; s->keys[k].bytes; k++) {
		double typed = now_ms();

		if (write(master, s->keys[k].bytes, strlen(s->keys[k].bytes)) < 0)
			die("write");
		typed = wait_for_frame(master, s->keys[k].name, false) - typed;
		if (n >= 0)
			s->each[k][n] = typed;
	}
	if (n >= 0)
		s->first[n] = began;
	kib = memory_kib(pid);
	s->most_kib = kib > s->most_kib ? kib : s->most_kib;
	kill(pid, SIGTERM);
	wait_for_frame(master, "the end", true);
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
	printf("  %-28s %9.2f ms   ", name, (list[(n - 1) / 2] + list[n / 2]) / 2);
	printf(goal ? "goal %d\n" : "\n", goal);
}

static void print_sitting(struct sitting *s, int times, int first, int key, int mib)
{
	print_median("first screen", s->first, times, first);
	for (int k = 0; s->keys[k].bytes; k++)
		print_median(s->keys[k].name, s->each[k], times, key);
	printf("  %-28s %9.1f MiB  ", "memory at most", (double)s->most_kib / 1024);
	printf(mib ? "goal %d\n" : "\n", mib);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/ipclab-bench.XXXXXX", work[64], command[64];
	int times = argc >= 3 ? atoi(argv[2]) : 0;

	if (times < 1 || times > TURNS_MOST || argc > 4) {
		fprintf(stderr, "usage: screen IPCLAB TIMES [LOG]\n");
		return 2;
	}
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	if (!mkdtemp(folder))
		die("mkdtemp");
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	snprintf(work, sizeof(work), "--work=%s/work", folder);
	lab.command = work;
	timeline.command = "timeline";
	timeline.operand = argv[3];
	for (int n = -1; n < times; n++) {
		turn(argv[1], &lab, n);
		if (argc == 4)
			turn(argv[1], &timeline, n);
	}
	print_sitting(&lab, times, 30, 10, 20);
	if (argc == 4) {
		printf("\nthe timeline of %s\n", strrchr(argv[3], '/') + 1);
		print_sitting(&timeline, times, 0, 5, 30);
	}
	return system(command) == 0 ? 0 : 1;
}
