/* sigwaitinfo, sigtimedwait, signalfd, real-time signals in their order, values, senders. */
#include "say.h"

#include <sys/signalfd.h>

int main(void)
{
	struct timespec tenth = {0, TENTH};
	struct signalfd_siginfo from_fd;
	pid_t parent = getpid(), pid;
	siginfo_t info;
	sigset_t set;
	int fd, status_of, sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigaddset(&set, SIGRTMIN + 1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	begin();
	result("sigtimedwait", sigtimedwait(&set, &info, &tenth));
	took("sigtimedwait", 1);
	pid = fork();
	if (pid == 0) {
		for (int i = 3; i > 0; i--)
			sigqueue(parent, SIGRTMIN + i % 2, (union sigval){.sival_int = i});
		kill(parent, SIGUSR1);
		kill(parent, SIGUSR1);
		_exit(0);
	}
	waitpid(pid, &status_of, 0);
	for (int i = 0; i < 4; i++) {
		sig = sigwaitinfo(&set, &info);
		say("%s: value %d, from the child %d, queued %d",
			sig == SIGUSR1    ? "SIGUSR1"
			: sig == SIGRTMIN ? "SIGRTMIN"
					  : "SIGRTMIN+1",
			sig == SIGUSR1 ? 0 : info.si_value.sival_int, info.si_pid == pid,
			info.si_code == SI_QUEUE);
	}
	result("nothing is left", sigtimedwait(&set, &info, &(struct timespec){0, 0}));
	result("sigwait", sigqueue(parent, SIGRTMIN, (union sigval){0}));
	sigwait(&set, &sig);
	say("SIGRTMIN %d", sig == SIGRTMIN);

	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fork() == 0) {
		usleep(50000);
		_exit(kill(parent, SIGUSR1) < 0);
	}
	result("signalfd", read(fd, &from_fd, sizeof(from_fd)));
	say("SIGUSR1 %d", from_fd.ssi_signo == SIGUSR1);
	wait(NULL);
	handle(SIGALRM, count, SA_RESTART);
	alarm_in(1);
	result("interrupted sigwaitinfo", sigwaitinfo(&set, &info));
	return 0;
}
