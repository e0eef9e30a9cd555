/* alarm and setitimer: what is left of them, how often they come, across fork. */
#include "say.h"

int main(void)
{
	struct itimerval timer = {{0, 50000}, {0, 100000}}, old;
	int status_of;

	handle(SIGALRM, count, 0);
	say("alarm(10) found %u", alarm(10));
	say("alarm(0) found %u", alarm(0));
	say("alarm(0) again found %u", alarm(0));
	setitimer(ITIMER_REAL, &timer, NULL);
	begin();
	while (caught < 4)
		pause();
	took("4 ticks", 2);
	getitimer(ITIMER_REAL, &old);
	say("interval %ld", (long)old.it_interval.tv_usec);
	timer = (struct itimerval){{0, 0}, {5, 0}};
	setitimer(ITIMER_REAL, &timer, &old);
	say("old interval %ld", (long)old.it_interval.tv_usec);
	if (fork() == 0) {
		getitimer(ITIMER_REAL, &old);
		say("a child inherits %ld s", (long)old.it_value.tv_sec);
		_exit(0);
	}
	wait(&status_of);
	getitimer(ITIMER_REAL, &old);
	say("the parent keeps %ld s", (long)old.it_value.tv_sec);
	signal(SIGALRM, SIG_DFL);
	if (fork() == 0) {
		alarm_in(1);
		pause();
	}
	wait(&status_of);
	status("without a handler", status_of);
	result("bad setitimer",
		setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 1000000}}, NULL));
	return 0;
}
