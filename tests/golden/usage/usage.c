/*
 * A child computes for 50 ms of its time, and its parent learns of its end in the way that is
 * named: exit status 0 if SIGCHLD tells of as much time as wait4(2) does, which is not nothing.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ended;
static long told_user, told_system;

static void on_child(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	told_user = info->si_utime;
	told_system = info->si_stime;
	ended = 1;
}

static void learn(const char *how, const sigset_t *set)
{
	struct sigaction act = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO};
	struct signalfd_siginfo read_info;
	siginfo_t info;
	sigset_t none;

	sigemptyset(&none);
	if (strcmp(how, "handler") == 0) {
		sigaction(SIGCHLD, &act, NULL);
		while (!ended)
			sigsuspend(&none);
	} else if (strcmp(how, "sigwaitinfo") == 0) {
		sigwaitinfo(set, &info);
		told_user = info.si_utime;
		told_system = info.si_stime;
	} else {
		if (read(signalfd(-1, set, 0), &read_info, sizeof(read_info)) < 0)
			return;
		told_user = (long)read_info.ssi_utime;
		told_system = (long)read_info.ssi_stime;
	}
}

int main(int argc, char *argv[])
{
	struct rusage usage;
	sigset_t set;
	pid_t child;
	long ticks;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	child = fork();
	if (child == 0) {
		while (clock() < CLOCKS_PER_SEC / 20)
			;
		_exit(0);
	}
	learn(argc > 1 ? argv[1] : "", &set);
	wait4(child, NULL, 0, &usage);
	ticks = usage.ru_utime.tv_sec * 100 + usage.ru_utime.tv_usec / 10000;
	printf("%ld %ld, wait4 %ld\n", told_user, told_system, ticks);
	return ticks >= 5 && told_user == ticks && told_system == 0 ? 0 : 1;
}
