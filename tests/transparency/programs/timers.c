/* timer_create in its ways of telling, overruns; timerfd alone and polled. */
#include "say.h"

#include <poll.h>
#include <stdint.h>
#include <sys/timerfd.h>

static volatile sig_atomic_t value;

static void take(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	value = info->si_value.sival_int;
	caught += info->si_code == SI_TIMER;
}

int main(void)
{
	struct sigaction act = {.sa_sigaction = take, .sa_flags = SA_SIGINFO};
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 77};
	struct itimerspec once = {{0, 0}, {0, TENTH}}, often = {{0, TENTH / 2}, {0, TENTH / 2}},
			  rest;
	struct pollfd polled = {.events = POLLIN};
	sigset_t set, old;
	uint64_t times = 0;
	timer_t timer;
	int fd;

	sigaction(SIGUSR1, &act, NULL);
	result("timer_create", timer_create(CLOCK_MONOTONIC, &event, &timer));
	begin();
	result("timer_settime", timer_settime(timer, 0, &once, NULL));
	pause();
	took("timer", 1);
	say("value %d, as a timer %d", (int)value, (int)caught);
	timer_gettime(timer, &rest);
	say("rest %ld", (long)(rest.it_value.tv_sec + rest.it_value.tv_nsec));

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	timer_settime(timer, 0, &often, NULL);
	usleep(270000);
	sigprocmask(SIG_SETMASK, &old, NULL);
	result("overruns", timer_getoverrun(timer));
	result("timer_delete", timer_delete(timer));
	result("timer_delete again", timer_delete(timer));

	fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	result("timerfd, not set", read(fd, &times, sizeof(times)));
	timerfd_settime(fd, 0, &once, NULL);
	polled.fd = fd;
	begin();
	result("poll", poll(&polled, 1, 1000));
	took("poll", 1);
	result("read", read(fd, &times, sizeof(times)));
	say("%d times", (int)times);
	fcntl(fd, F_SETFL, 0);
	timerfd_settime(fd, 0, &often, NULL);
	usleep(170000);
	result("read", read(fd, &times, sizeof(times)));
	say("%d times", (int)times);
	begin();
	once.it_value = in(CLOCK_REALTIME, TENTH);
	timerfd_settime(fd, TFD_TIMER_ABSTIME, &once, NULL);
	result("read", read(fd, &times, sizeof(times)));
	took("absolute", 1);
	return 0;
}
