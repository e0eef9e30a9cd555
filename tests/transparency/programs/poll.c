/* select, pselect, poll, ppoll, epoll: time-outs, readiness, hang-up, masks. */
#include "say.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

int main(void)
{
	struct timeval tenth = {0, 100000};
	struct timespec ts = {0, TENTH};
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = 5}, got;
	int fds[2], ep, ready;
	struct pollfd polled;
	sigset_t none, usr1;
	fd_set set;

	if (pipe(fds) < 0)
		return 1;
	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	begin();
	result("select", select(fds[0] + 1, &set, NULL, NULL, &tenth));
	took("select", 1);
	say("set %d, left %ld", FD_ISSET(fds[0], &set), (long)tenth.tv_usec);
	polled = (struct pollfd){fds[0], POLLIN, 0};
	begin();
	result("poll", poll(&polled, 1, 100));
	took("poll", 1);
	begin();
	result("ppoll", ppoll(&polled, 1, &ts, NULL));
	took("ppoll", 1);
	result("poll at once", poll(&polled, 1, 0));
	result("poll of nothing", poll(NULL, 0, 20));

	ep = epoll_create1(0);
	result("epoll_ctl", epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &event));
	begin();
	result("epoll_wait", epoll_wait(ep, &got, 1, 100));
	took("epoll_wait", 1);
	if (fork() == 0) {
		usleep(50000);
		_exit(write(fds[1], "x", 1) == 1 ? 0 : 1);
	}
	ready = epoll_wait(ep, &got, 1, 5000);
	say("epoll_wait: %d, data %u", ready, got.data.u32);
	result("poll", poll(&polled, 1, -1));
	say("revents %d", polled.revents == POLLIN);
	wait(NULL);
	close(fds[1]);
	poll(&polled, 1, -1);
	say("in and hang-up %d", polled.revents == (POLLIN | POLLHUP));

	handle(SIGUSR1, count, 0);
	sigemptyset(&none);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	raise(SIGUSR1);
	result("pselect lets it in", pselect(0, NULL, NULL, NULL, NULL, &none));
	say("caught %d", (int)caught);
	tenth = (struct timeval){5, 0};
	handle(SIGALRM, count, SA_RESTART);
	alarm_in(1);
	result("interrupted select", select(0, NULL, NULL, NULL, &tenth));
	say("left %ld", (long)tenth.tv_sec);
	alarm_in(1);
	result("interrupted poll", poll(NULL, 0, 3000));
	return 0;
}
