/* What a process finds of itself: /proc/self, limits of nothing, its numbers agree. */
#include "say.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void field(const char *name)
{
	char line[256];
	FILE *in = fopen("/proc/self/status", "r");

	while (in && fgets(line, sizeof(line), in))
		if (strncmp(line, name, strlen(name)) == 0)
			say("%.*s", (int)strcspn(line, "\n"), line);
	if (in)
		fclose(in);
}

/* The C library keeps signals 32 and 33 for itself: what the caller left them as is not told. */
static void ignored_signals(void)
{
	char line[256];
	FILE *in = fopen("/proc/self/status", "r");
	unsigned long long mask;

	while (in && fgets(line, sizeof(line), in))
		if (sscanf(line, "SigIgn: %llx", &mask) == 1)
			say("ignored %llx", mask & ~0x180000000ULL);
	if (in)
		fclose(in);
}

static int descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n - 3; /* ., .., and dir's own */
}

int main(int argc, char **argv)
{
	char path[64], link[256] = "", text[64];
	struct rusage usage;
	struct stat a, b;
	FILE *in;

	(void)argc;
	close_range(3, ~0U, 0);
	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)getpid());
	result("by number", readlink(path, link, sizeof(link) - 1) > 0);
	say("exe %d", strstr(link, "self") != NULL && strstr(argv[0], "self") != NULL);
	result("self", readlink("/proc/self", text, sizeof(text)) > 0);
	stat("/proc/self/", &a);
	snprintf(path, sizeof(path), "/proc/%ld/", (long)getpid());
	stat(path, &b);
	say("same %d", a.st_ino == b.st_ino);
	field("Name:");
	field("Threads:");
	ignored_signals();
	field("SigCgt:");
	field("TracerPid:");
	say("%d descriptors", descriptors());
	if (fork() == 0) {
		say("child: %d descriptors", descriptors());
		_exit(0);
	}
	wait(NULL);
	in = fopen("/proc/self/comm", "r");
	say("comm %s", in && fgets(text, sizeof(text), in) ? "read" : "not read");
	result("getrusage", getrusage(RUSAGE_SELF, &usage));
	say("time goes on %d", now(CLOCK_MONOTONIC).tv_nsec != now(CLOCK_MONOTONIC).tv_nsec);
	say("a day of today %d", time(NULL) > 1700000000);
	say("processor time %d", clock() >= 0);
	return 0;
}
