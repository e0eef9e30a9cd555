/* The sleep family: how long, and what a handler leaves of it. */
#include "say.h"

int main(void)
{
	struct timespec tenth = {0, TENTH}, two = {2, 0}, left = {9, 9};
	int r;

	begin();
	result("usleep", usleep(100000));
	took("usleep", 1);
	begin();
	result("nanosleep", nanosleep(&tenth, NULL));
	took("nanosleep", 1);
	begin();
	tenth = in(CLOCK_REALTIME, TENTH);
	error("clock_nanosleep", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &tenth, NULL));
	took("clock_nanosleep", 1);
	begin();
	tenth = in(CLOCK_MONOTONIC, -TENTH / 10);
	error("sleep into the past", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &tenth, NULL));
	took("sleep into the past", 0);

	handle(SIGALRM, count, 0);
	alarm_in(1);
	begin();
	result("interrupted nanosleep", nanosleep(&two, &left));
	took("interrupted nanosleep", 1);
	say("left: %ld, more than 0.8 %d", (long)left.tv_sec, left.tv_nsec > 8L * TENTH);
	alarm_in(1);
	say("interrupted sleep(3): %u", sleep(3));
	handle(SIGALRM, count, SA_RESTART);
	alarm_in(1);
	begin();
	r = usleep(500000);
	result("usleep is never restarted", r);
	took("usleep", 1);
	say("caught: %d", (int)caught);
	result("bad nanosleep", nanosleep(&(struct timespec){0, 1000000000}, NULL));
	result("bad address", nanosleep((void *)8, NULL));
	return 0;
}
