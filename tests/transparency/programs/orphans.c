/* Orphans, their new parent, subreapers, sessions and groups. */
#include "say.h"

#include <sys/prctl.h>

int main(void)
{
	pid_t parent = getpid(), pid;
	int fds[2], value;
	char byte;

	if (pipe(fds) < 0)
		return 1;
	if (fork() == 0) {
		pid_t middle = getpid();

		if (fork() == 0) {
			say("child of the middle one %d", getppid() == middle);
			while (getppid() == middle)
				usleep(10000);
			say("adopted by my grandparent %d", getppid() == parent);
			_exit(write(fds[1], "x", 1) != 1);
		}
		usleep(50000);
		_exit(0);
	}
	wait(NULL);
	result("told", read(fds[0], &byte, 1));
	result("it is no child of mine", wait(NULL));

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (fork() == 0) {
		if (fork() == 0) {
			usleep(100000);
			say("adopted by the subreaper %d", getppid() == parent);
			_exit(8);
		}
		_exit(0);
	}
	wait(&value);
	wait(&value);
	status("grandchild", value);

	pid = fork();
	if (pid == 0) {
		say("setsid %d", setsid() == getpid());
		say("leader %d %d", getpgrp() == getpid(), getsid(0) == getpid());
		result("setsid again", setsid());
		_exit(0);
	}
	wait(NULL);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		signal(SIGTERM, SIG_IGN);
		for (int i = 0; i < 2; i++)
			if (fork() == 0) {
				signal(SIGTERM, SIG_DFL);
				for (;;)
					pause();
			}
		usleep(50000);
		kill(0, SIGTERM);
		while (wait(&value) > 0)
			status("of the group", value);
		_exit(0);
	}
	waitpid(pid, &value, 0);
	status("its leader", value);
	prctl(PR_SET_PDEATHSIG, 0);
	if (fork() == 0) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGUSR1);
			handle(SIGUSR1, count, 0);
			pause();
			say("my parent's end told me %d", (int)caught);
			_exit(0);
		}
		usleep(50000);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
