/* Attacks by signals and by what outlives the program: daemons, held descriptors. */
#include "config.h"

#include "attacks.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int kill_all(char **argv)
{
	kill(-1, atoi(*argv));
	return 7;
}

static int kill_init(char **argv)
{
	(void)argv;
	/* PID 1 of a namespace gets no signal of its own namespace for which it has no handler. */
	tried("SIGKILL", kill(1, SIGKILL));
	tried("SIGSTOP", kill(1, SIGSTOP));
	tried("SIGTERM", kill(1, SIGTERM));
	for (int sig = SIGRTMIN - 2; sig <= SIGRTMAX; sig++)
		kill(1, sig);
	return 0;
}

/* All signals but SIGKILL to the programs' parent, which must go on. */
static int pester_parent(char **argv)
{
	(void)argv;
	for (int sig = 1; sig <= 64; sig++) {
		if (sig != SIGKILL)
			kill(getppid(), sig);
	}
	return 0;
}

static int kill_parent(char **argv)
{
	pid_t parent = getppid();

	(void)argv;
	kill(parent, SIGKILL);
	/* Adopted: its end is seen, so this needs no clock. */
	while (getppid() == parent)
		sched_yield();
	printf("parent %d\n", (int)getppid());
	return 5;
}

/* argv[0]: a name for the process, by which the test looks for it outside. */
static int daemon_stays(char **argv)
{
	int ready[2];
	char c;

	if (pipe(ready) < 0)
		return 1;
	if (fork() == 0) {
		setsid();
		if (fork() == 0) {
			prctl(PR_SET_NAME, *argv, 0, 0, 0);
			signal(SIGTERM, SIG_IGN);
			signal(SIGHUP, SIG_IGN);
			if (write(ready[1], "x", 1) != 1)
				return 1;
			for (;;)
				pause();
		}
		_exit(0);
	}
	wait(NULL);
	close(ready[1]);
	return read(ready[0], &c, 1) == 1 ? 0 : 1;
}

static int close_all(char **argv)
{
	(void)argv;
	for (int fd = 0; fd < 256; fd++)
		close(fd);
	return 3;
}

static int wait_for_ever(char **argv)
{
	if (*argv)
		prctl(PR_SET_NAME, *argv, 0, 0, 0);
	for (;;)
		pause();
	return 0;
}

static int say(char **argv)
{
	printf("pid %d, parent %d\n", (int)getpid(), (int)getppid());
	return *argv ? atoi(*argv) : 0;
}

const struct attack attacks_on_signals[] = {
	{"kill-all", kill_all},
	{"kill-init", kill_init},
	{"pester-parent", pester_parent},
	{"kill-parent", kill_parent},
	{"daemon", daemon_stays},
	{"close-all", close_all},
	{"wait-for-ever", wait_for_ever},
	{"say", say},
	{NULL, NULL},
};
