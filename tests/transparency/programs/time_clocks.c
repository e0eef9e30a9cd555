/* The clocks tell one time: they go on, agree with each other, and refuse what they do not have. */
#include "pace.h"

#include <sys/sysinfo.h>

static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI,
	CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE};

#define CLOCKS (sizeof(clocks) / sizeof(clocks[0]))

static void they_go_on(void)
{
	for (size_t i = 0; i < CLOCKS; i++) {
		int64_t first = clock_ns(clocks[i]), last = first, steps = 0;

		for (int k = 0; k < 1000; k++) {
			int64_t then = clock_ns(clocks[i]);

			steps += then < last;
			last = then;
		}
		say("clock %d goes back %d times", (int)clocks[i], (int)steps);
		nanosleep((struct timespec[]){span(1)}, NULL);
		/* a coarse one is late by a tick, a raw one is not adjusted */
		say("goes on %d", clock_ns(clocks[i]) - first > units(1) * 3 / 4 - 11 * MS);
	}
}

static int64_t realtime(void)
{
	return clock_ns(CLOCK_REALTIME);
}

static void they_agree(void)
{
	int64_t before = realtime(), then;
	struct timeval tv;
	time_t t, told;

	gettimeofday(&tv, NULL);
	then = tv.tv_sec * SECOND + tv.tv_usec * 1000;
	say("gettimeofday %d", then >= before - 1000 && then <= realtime());
	before = realtime();
	t = time(&told);
	say("time %d %d", t == told, t >= before / SECOND - 1 && t <= realtime() / SECOND);
	before = clock_ns(CLOCK_MONOTONIC);
	then = clock_ns(CLOCK_BOOTTIME);
	say("BOOTTIME %d", then >= before);
	before = realtime();
	then = clock_ns(CLOCK_REALTIME_COARSE);
	say("REALTIME_COARSE %d", then <= realtime() && then > before - SECOND);
	t = time(NULL);
	say("a date of today %d", t > 1700000000 && t < 4000000000);
}

static void errors(void)
{
	struct timespec ts;
	struct timeval tv;

	result("no such clock", clock_gettime(99, &ts));
	result("no such resolution", clock_getres(99, &ts));
	result("no need of an answer", clock_getres(CLOCK_REALTIME, NULL));
	result("resolution", clock_getres(CLOCK_MONOTONIC, &ts));
	say("%ld ns", (long)ns_of(ts));
	result("of processor time", clock_getres(CLOCK_PROCESS_CPUTIME_ID, &ts));
	say("%ld ns", (long)ns_of(ts));
	result("coarse", clock_getres(CLOCK_REALTIME_COARSE, &ts));
	say("a tick %d", ns_of(ts) >= MS);
	result("gettimeofday", gettimeofday(&tv, NULL));
}

static int64_t uptime(void)
{
	FILE *in = fopen("/proc/uptime", "r");
	long s = -1, hundredths = -1;

	if (!in || fscanf(in, "%ld.%ld", &s, &hundredths) != 2)
		say("no uptime");
	if (in)
		fclose(in);
	return s * SECOND + hundredths * 10 * MS;
}

static void uptime_is_boottime(void)
{
	int64_t before = clock_ns(CLOCK_BOOTTIME), up = uptime(), after = clock_ns(CLOCK_BOOTTIME);

	say("uptime %d", up >= before - 10 * MS && up <= after);
	nanosleep((struct timespec[]){span(1)}, NULL);
	say("goes on %d", uptime() - up >= units(1) - 10 * MS);
}

static void sysinfo_is_boottime(void)
{
	int64_t before = clock_ns(CLOCK_BOOTTIME);
	struct sysinfo info;

	result("sysinfo", sysinfo(&info));
	say("uptime %d", info.uptime >= before / SECOND &&
				 info.uptime <= clock_ns(CLOCK_BOOTTIME) / SECOND + 1);
	say("memory %d", info.totalram > 0 && info.procs > 0);
}

/* What is slept by one clock has passed by all. */
static void sleep_passes_by_all(void)
{
	int64_t first[CLOCKS];

	for (size_t i = 0; i < CLOCKS; i++)
		first[i] = clock_ns(clocks[i]);
	clock_nanosleep(CLOCK_MONOTONIC, 0, (struct timespec[]){span(2)}, NULL);
	for (size_t i = 0; i < 4; i++)
		say("clock %d %d", (int)clocks[i], clock_ns(clocks[i]) - first[i] >= units(2) - MS);
}

static void child_has_the_same_time(void)
{
	int64_t before = clock_ns(CLOCK_MONOTONIC), its = 0;
	int fds[2];

	MUST(pipe(fds));
	if (fork() == 0) {
		its = clock_ns(CLOCK_MONOTONIC);
		_exit(write(fds[1], &its, sizeof(its)) != sizeof(its));
	}
	say("told %d", read(fds[0], &its, sizeof(its)) == sizeof(its));
	wait(NULL);
	say("between %d", its >= before && its <= clock_ns(CLOCK_MONOTONIC));
}

ROWS(ROW_IF(they_go_on, PACED), ROW(they_agree), ROW(errors), ROW_IF(uptime_is_boottime, PACED),
	ROW(sysinfo_is_boottime), ROW_IF(sleep_passes_by_all, PACED), ROW(child_has_the_same_time));
