/* How a process ends or fails, signals to many, and what a program does where a call is refused. */
#include "rows.h"

#include <assert.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>

static void end(const char *what)
{
	int value;

	if (wait(&value) > 0)
		status(what, value);
}

static void fails(void)
{
	volatile int zero = 0;
	void *volatile inside = (char *)malloc(10) + 8;

	close(STDERR_FILENO);
	if (fork() == 0)
		assert(zero == 1);
	end("assert");
	if (fork() == 0)
		abort();
	end("abort");
	if (fork() == 0)
		__builtin_trap();
	end("trap");
	if (fork() == 0)
		_exit(1 / zero);
	end("division");
	if (fork() == 0)
		*(volatile int *)16 = 1;
	end("segment");
	if (fork() == 0)
		free(inside);
	end("free");
	if (fork() == 0) {
		struct rlimit limit = {1 << 20, 1 << 20};
		setrlimit(RLIMIT_FSIZE, &limit);
		int fd = open("big", O_WRONLY | O_CREAT, 0600);
		unlink("big");
		pwrite(fd, "x", 1, 1 << 20);
		_exit(0);
	}
	end("too big a file");
}

static void all_signals(void)
{
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	for (int sig = 1; sig < 32; sig++) {
		int value;
		pid_t pid;

		if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU)
			continue;
		pid = fork();
		if (pid == 0) {
			raise(sig);
			_exit(0);
		}
		waitpid(pid, &value, 0);
		status(sigabbrev_np(sig), value);
	}
	if (fork() == 0) {
		raise(SIGRTMIN);
		_exit(0);
	}
	int value;
	wait(&value);
	say("SIGRTMIN kills %d", WIFSIGNALED(value) && WTERMSIG(value) == SIGRTMIN);
}

static void killed_by_another(void)
{
	pid_t pid = child((void (*)(void))pause);

	result("kill", kill(pid, SIGINT));
	end("it");
	pid = fork();
	if (pid == 0) {
		signal(SIGINT, SIG_IGN);
		for (;;)
			pause();
	}
	await_sleep(pid);
	kill(pid, SIGINT);
	kill(pid, SIGKILL);
	end("it ignores what can be ignored");
	result("everybody, nothing", kill(-1, 0) == 0 || errno == ESRCH ? 0 : -1);
}

static void spins(void)
{
	if (fork() == 0) {
		struct itimerval timer = {.it_value = {0, 20000}};

		setitimer(ITIMER_REAL, &timer, NULL);
		for (;;)
			getppid();
	}
	end("an alarm ends a loop of calls");
}

static void errno_in_a_handler(void)
{
	/* what a handler does to errno is seen if it does not put it back */
	struct sigaction act = {.sa_handler = count};

	sigaction(SIGUSR1, &act, NULL);
	errno = 0;
	raise(SIGUSR1);
	say("errno %d, caught %d", errno, (int)caught);
}

/* A server that would like io_uring, and takes what there is. */
static void without_io_uring(void)
{
	struct io_uring_params params = {0};
	long fd = syscall(SYS_io_uring_setup, 4, &params);

	if (fd < 0 && errno != ENOSYS && errno != EPERM)
		say("unexpected: %s", strerrorname_np(errno));
	say("served");
}

/* clone3 first, clone where it is missing: as the C library does. */
static void without_clone3(void)
{
	struct clone_args args = {.exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0 && errno == ENOSYS)
		pid = fork();
	if (pid == 0)
		_exit(19);
	end("child");
}

/* A debugger says that it cannot, and ends. */
static void without_ptrace(void)
{
	pid_t pid = child((void (*)(void))pause);

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 && errno != EPERM)
		say("unexpected: %s", strerrorname_np(errno));
	kill(pid, SIGKILL);
	end("child");
}

static void own_limits(void)
{
	struct rlimit limit;
	struct rusage usage;

	result("priority", getpriority(PRIO_PROCESS, 0));
	result("nicer", setpriority(PRIO_PROCESS, 0, 7));
	result("priority", getpriority(PRIO_PROCESS, 0));
	result("scheduler", sched_getscheduler(0));
	result("yield", sched_yield());
	getrlimit(RLIMIT_NOFILE, &limit);
	say("descriptors %d", limit.rlim_cur >= 256);
	result("usage", getrusage(RUSAGE_SELF, &usage));
	result("who", getrusage(99, &usage));
	result("name", prctl(PR_SET_NAME, "renamed"));
	char name[16];
	prctl(PR_GET_NAME, name);
	say("%s", name);
	result("no new privileges", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	say("processor %d", sched_getcpu() >= 0);
}

static void unusual_exits(void)
{
	if (fork() == 0)
		syscall(SYS_exit, 3); /* the thread, not the group: the same for one */
	end("exit of the thread");
	if (fork() == 0)
		syscall(SYS_exit_group, 4);
	end("of the group");
	if (fork() == 0)
		pthread_exit(NULL);
	end("pthread_exit");
	if (fork() == 0) {
		vfork() == 0 ? _exit(1) : (void)0;
		_exit(6);
	}
	end("parent of a vfork");
	if (fork() == 0) {
		if (fork() == 0) {
			usleep(1000);
			_exit(0);
		}
		kill(getpid(), SIGKILL);
	}
	end("leaves a child");
}

ROWS(ROW(fails), ROW(all_signals), ROW(killed_by_another), ROW(spins), ROW(errno_in_a_handler),
	ROW(without_io_uring), ROW(without_clone3), ROW(without_ptrace), ROW(own_limits),
	ROW(unusual_exits));
