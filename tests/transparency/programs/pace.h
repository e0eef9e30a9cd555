/*
 * For programs whose sleeps are counted in units (PACED, see rows.h): natively a unit is short,
 * under the supervisor it is longer than the test may last. What has passed is at least what was
 * asked for; that it is no more can be said of virtual time only, as a busy machine is late.
 */
#ifndef PACE_H
#define PACE_H

#include "rows.h"

#include <stdint.h>

#define MS     INT64_C(1000000)
#define SECOND INT64_C(1000000000)

UNUSED static int64_t units(double n)
{
	return (int64_t)(n * (double)(unit_ms * MS));
}

UNUSED static struct timespec spec(int64_t ns)
{
	return (struct timespec){ns / SECOND, ns % SECOND};
}

UNUSED static struct timespec span(double n)
{
	return spec(units(n));
}

UNUSED static struct timeval span_us(double n)
{
	return (struct timeval){units(n) / SECOND, units(n) % SECOND / 1000};
}

UNUSED static int64_t ns_of(struct timespec ts)
{
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

UNUSED static int64_t clock_ns(clockid_t clock)
{
	return ns_of(now(clock));
}

/* So many units from now, by CLOCK. */
UNUSED static struct timespec at(clockid_t clock, double n)
{
	return spec(clock_ns(clock) + units(n));
}

static int64_t since;

UNUSED static void start_watch(void)
{
	since = clock_ns(CLOCK_MONOTONIC);
}

/* NS is about N units: not less; more only where a machine may be late. */
UNUSED static void is_about(const char *what, int64_t ns, double n)
{
	int64_t least = units(n) - 10000, most = units(n) + (is_exact ? 50 * MS : INT64_MAX / 2);

	if (ns >= least && ns <= most)
		say("%s: %g", what, n);
	else
		say("%s: %g s instead of %g", what, (double)ns / 1e9, (double)units(n) / 1e9);
}

UNUSED static void lasted(const char *what, double n)
{
	is_about(what, clock_ns(CLOCK_MONOTONIC) - since, n);
}

/* What is left of ASKED units after GONE, as far as a machine may be late. */
UNUSED static void is_left(const char *what, struct timespec rest, double asked, double gone)
{
	int64_t ns = ns_of(rest), most = units(is_exact ? asked - gone : asked) + 10000;
	int64_t least = is_exact ? most - 50 * MS : 0;

	if (ns >= least && ns <= most)
		say("%s: %g of %g left", what, asked - gone, asked);
	else
		say("%s: %g s left, not %g", what, (double)ns / 1e9, (double)most / 1e9);
}

/* SIGALRM after so many units, and again each INTERVAL. */
UNUSED static void ring(double after, double interval)
{
	struct itimerval timer = {span_us(interval), span_us(after)};

	MUST(setitimer(ITIMER_REAL, &timer, NULL));
}

/* A handler that counts, without SA_RESTART. */
UNUSED static void catch_alarm(int flags)
{
	caught = 0;
	handle(SIGALRM, count, flags);
}

#endif
