/* Corners of POSIX that few programs walk: what a conformance suite would ask for. */
#include "rows.h"

#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static char name[64];

static void take_name(const char *prefix)
{
	own_name(name, sizeof(name), prefix);
}

static void told(int sig, siginfo_t *info, void *context)
{
	(void)context;
	say("%d with %d, code %d", sig - SIGRTMIN, info->si_value.sival_int, info->si_code);
}

static void values_and_masks(void)
{
	struct sigaction act = {.sa_sigaction = told, .sa_flags = SA_SIGINFO};
	sigset_t set, pending;

	sigfillset(&act.sa_mask);
	sigemptyset(&set);
	for (int i = 0; i < 3; i++) {
		sigaddset(&set, SIGRTMIN + i);
		sigaction(SIGRTMIN + i, &act, NULL);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < 9; i++)
		sigqueue(getpid(), SIGRTMIN + (2 - i % 3), (union sigval){.sival_int = i});
	sigpending(&pending);
	for (int i = 0; i < 3; i++)
		say("pending %d: %d", i, sigismember(&pending, SIGRTMIN + i));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	result("queue to nobody", sigqueue(0x7ffffff, 0, (union sigval){.sival_int = 0}));
	result("queue 99", sigqueue(getpid(), 99, (union sigval){.sival_int = 0}));
	result("queue 0", sigqueue(getpid(), 0, (union sigval){.sival_int = 0}));
}

static volatile sig_atomic_t depth, deepest;

static void nests(int sig)
{
	struct sigaction now_is;

	depth++;
	if (depth > deepest)
		deepest = depth;
	sigaction(sig, NULL, &now_is);
	say("depth %d, default %d", depth, now_is.sa_handler == SIG_DFL);
	if (depth < 3) {
		handle(sig, nests, SA_RESETHAND | SA_NODEFER);
		raise(sig);
	}
	depth--;
}

static void reset_and_no_defer(void)
{
	int value;

	handle(SIGUSR1, nests, SA_RESETHAND | SA_NODEFER);
	raise(SIGUSR1);
	say("deepest %d", deepest);
	if (fork() == 0) {
		raise(SIGUSR1);
		_exit(3);
	}
	wait(&value);
	status("the next", value);
}

static void waits_for_groups(void)
{
	siginfo_t info = {0};
	pid_t group = 0, pids[3];

	for (int i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			setpgid(0, i == 1 ? group : 0);
			_exit(10 + i);
		}
		if (i == 0)
			group = pids[0];
		setpgid(pids[i], i < 2 ? group : pids[i]);
	}
	for (int i = 0; i < 2; i++) {
		MUST(waitid(P_PID, (id_t)pids[1], &info, WEXITED | WNOWAIT));
		say("looked at: %d, code %d", info.si_status, info.si_code);
	}
	for (int i = 0; i < 2; i++) {
		MUST(waitid(P_PGID, (id_t)group, &info, WEXITED));
		say("of the group: %d", info.si_pid == pids[0] || info.si_pid == pids[1]);
	}
	result("no more in it", waitid(P_PGID, (id_t)group, &info, WEXITED));
	result("the other", waitid(P_ALL, 0, &info, WEXITED));
	say("it was %d", info.si_status);
	result("nobody", waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
	result("no options", waitid(P_ALL, 0, &info, 0));
	result("no such type", waitid((idtype_t)77, 0, &info, WEXITED));
}

static void clocks_of_others(void)
{
	clockid_t clock = 0;
	struct timespec ts;
	pid_t pid = fork();
	int value;

	if (pid == 0) {
		pause();
		_exit(0);
	}
	error("of a child", clock_getcpuclockid(pid, &clock));
	result("read", clock_gettime(clock, &ts));
	result("resolution", clock_getres(clock, &ts));
	say("%ld.%09ld", (long)ts.tv_sec, ts.tv_nsec);
	result("set", clock_settime(clock, &ts));
	error("of mine", clock_getcpuclockid(0, &clock));
	result("read", clock_gettime(clock, &ts));
	kill(pid, SIGKILL);
	waitpid(pid, &value, 0);
	say("of nobody: %d", clock_getcpuclockid(pid, &clock) == ESRCH);
	error("of my thread", pthread_getcpuclockid(pthread_self(), &clock));
	result("read", clock_gettime(clock, &ts));
	result("sleep by it", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &ts, NULL));
}

static void maps_and_errors(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *p;
	int file, none;

	take_name("map");
	file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	MUST(file);
	MUST(ftruncate(file, page));
	none = open(name, O_WRONLY);
	okay("length 0", (long)mmap(NULL, 0, PROT_READ, MAP_SHARED, file, 0));
	okay("no flags", (long)mmap(NULL, 1, PROT_READ, 0, file, 0));
	okay("odd offset", (long)mmap(NULL, 1, PROT_READ, MAP_SHARED, file, 1));
	okay("bad descriptor", (long)mmap(NULL, 1, PROT_READ, MAP_SHARED, 77, 0));
	okay("not readable", (long)mmap(NULL, 1, PROT_READ, MAP_SHARED, none, 0));
	close(file);
	file = open(name, O_RDONLY);
	okay("not writable", (long)mmap(NULL, 1, PROT_WRITE, MAP_SHARED, file, 0));
	okay("its own copy", (long)mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0));
	okay("far too much", (long)mmap(NULL, SIZE_MAX / 2, PROT_READ, MAP_SHARED, file, 0));
	p = mmap(
		NULL, (size_t)page * 3, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	okay("fixed",
		(long)mmap(p + page, (size_t)page, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0));
	okay("taken", (long)mmap(p, 1, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0));
	okay("sync of a hole", msync(p, (size_t)page * 4, MS_SYNC | MS_INVALIDATE));
	okay("sync both ways", msync(p, 1, MS_SYNC | MS_ASYNC));
	okay("sync odd", msync(p + 1, 1, MS_SYNC));
	okay("unmap odd", munmap(p + 1, 1));
	okay("unmap nothing", munmap(p, 0));
	okay("unmap all", munmap(p, (size_t)page * 3));
	okay("again", munmap(p, (size_t)page * 3));
	okay("protect it", mprotect(p, 1, PROT_READ));
	okay("lock it", mlock(p, 1));
	unlink(name);
}

static void names_of_semaphores(void)
{
	char path[80], longest[300] = "/";
	sem_t *s, *again;
	int value = -1;

	take_name("/sem");
	s = sem_open(name, O_CREAT | O_EXCL, 0600, 2);
	okay("made", s == SEM_FAILED ? -1 : 0);
	okay("made again", sem_open(name, O_CREAT | O_EXCL, 0600, 2) == SEM_FAILED ? -1 : 0);
	again = sem_open(name, O_CREAT, 0600, 77);
	say("the same: %d", again == s);
	sem_getvalue(s, &value);
	say("value %d", value);
	okay("too high",
		sem_open("/sem-too-high", O_CREAT, 0600, 0x80000000u) == SEM_FAILED ? -1 : 0);
	okay("try", sem_trywait(s));
	okay("try", sem_trywait(s));
	okay("try", sem_trywait(s));
	okay("unlink", sem_unlink(name));
	okay("still there", sem_post(again));
	okay("open", sem_open(name, 0) == SEM_FAILED ? -1 : 0);
	okay("unlink", sem_unlink(name));
	memset(longest + 1, 'x', sizeof(longest) - 2);
	okay("too long", sem_open(longest, O_CREAT, 0600, 0) == SEM_FAILED ? -1 : 0);
	snprintf(path, sizeof(path), "/a%s", name);
	okay("two slashes", sem_open(path, O_CREAT, 0600, 0) == SEM_FAILED ? -1 : 0);
	okay("no name", sem_open("/", O_CREAT, 0600, 0) == SEM_FAILED ? -1 : 0);
	okay("close", sem_close(s));
	okay("close", sem_close(again));
}

static void objects_of_memory(void)
{
	struct stat st;
	int fd, other;

	umask(027);
	take_name("/shm");
	result("open", shm_open(name, O_RDWR, 0) < 0 ? -1 : 0);
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0666);
	MUST(fd);
	MUST(fstat(fd, &st));
	say("mode %o, size %ld, close-on-exec %d", (unsigned)st.st_mode & 07777, (long)st.st_size,
		fcntl(fd, F_GETFD));
	result("made again", shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0666) < 0 ? -1 : 0);
	result("negative", ftruncate(fd, -1));
	result("5000", ftruncate(fd, 5000));
	other = shm_open(name, O_RDONLY, 0);
	result("read-only", ftruncate(other, 10));
	result("write", write(other, "x", 1));
	MUST(fstat(other, &st));
	say("size %ld", (long)st.st_size);
	other = shm_open(name, O_RDWR | O_TRUNC, 0);
	MUST(fstat(other, &st));
	say("size %ld", (long)st.st_size);
	result("unlink", shm_unlink(name));
	result("unlink", shm_unlink(name));
	result("write", write(fd, "four", 4));
	result("bad name", shm_open("/a/b", O_RDWR | O_CREAT, 0600) < 0 ? -1 : 0);
}

static void dies_of(int sig)
{
	(void)sig;
	_exit(40);
}

/* A group of three; who is told by kill(0), killpg, kill(-1). */
static void whole_groups(void)
{
	int ready[2], value;
	char byte;
	pid_t pids[3];

	MUST(pipe(ready));
	for (int i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			setpgid(0, i ? pids[0] : 0);
			handle(SIGUSR1, dies_of, 0);
			if (write(ready[1], "r", 1) != 1)
				_exit(1);
			pause();
			_exit(0);
		}
		setpgid(pids[i], pids[0]);
		if (read(ready[0], &byte, 1) != 1)
			exit(95);
	}
	result("probe", killpg(pids[0], 0));
	result("wrong signal", killpg(pids[0], 1000));
	result("one", kill(pids[2], SIGUSR1));
	waitpid(pids[2], &value, 0);
	status("one", value);
	result("all", killpg(pids[0], SIGUSR1));
	for (int i = 0; i < 2; i++) {
		waitpid(pids[i], &value, 0);
		status("of all", value);
	}
	result("none left", killpg(pids[0], 0));
	result("negative", killpg(-5, 0));
}

static void own_group(void)
{
	pid_t pid = fork();
	int value;

	if (pid == 0) {
		setpgid(0, 0);
		handle(SIGUSR1, count, 0);
		result("to my group", kill(0, SIGUSR1));
		say("caught %d before it returned", caught);
		handle(SIGUSR1, SIG_IGN, 0);
		result("ignored", kill(0, SIGUSR1));
		result("by number", kill(-getpid(), SIGTERM));
		_exit(0);
	}
	waitpid(pid, &value, 0);
	status("group", value);
}

static void by_thread(union sigval value)
{
	char text[32];
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK);
	ssize_t n = mq_receive(queue, text, sizeof(text), NULL);

	say("thread: value %d, %zd bytes", value.sival_int, n);
	mq_close(queue);
	caught++;
}

static void notified(void)
{
	struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 32};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGRTMIN,
		.sigev_value = {.sival_int = 5}};
	siginfo_t info;
	sigset_t set;
	mqd_t queue;
	char text[32];
	int sent;

	take_name("/mq");
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	MUST(queue);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	result("asked", mq_notify(queue, &event));
	result("twice", mq_notify(queue, &event));
	result("sent", mq_send(queue, "one", 3, 1));
	result("sent", mq_send(queue, "two", 3, 2));
	result("taken", sigwaitinfo(&set, &info) - SIGRTMIN);
	say("code %d, value %d, from me %d", info.si_code, info.si_value.sival_int,
		info.si_pid == getpid());
	result("asked again, not empty", mq_notify(queue, &event));
	result("sent", mq_send(queue, "three", 5, 3));
	result("no signal", sigtimedwait(&set, &info, &(struct timespec){0, 0}));
	result("taken back", mq_notify(queue, NULL));
	while (mq_receive(queue, text, sizeof(text), NULL) > 0) {
		struct mq_attr is;

		mq_getattr(queue, &is);
		if (!is.mq_curmsgs)
			break;
	}
	event = (struct sigevent){.sigev_notify = SIGEV_THREAD,
		.sigev_notify_function = by_thread,
		.sigev_value = {.sival_int = 6}};
	result("by thread", mq_notify(queue, &event));
	sent = mq_send(queue, "four", 4, 3);
	while (!caught)
		usleep(1000);
	result("sent", sent);
	result("sizes", mq_send(queue, text, 33, 0));
	result("priority", mq_send(queue, text, 3, 40000));
	result("small", mq_receive(queue, text, 5, NULL));
	mq_unlink(name);
}

static char stack[1 << 16];

static void on_stack(int sig)
{
	char here;
	stack_t is;

	sigaltstack(NULL, &is);
	say("signal %d on it: %d, flags %d", sig, &here > stack && &here < stack + sizeof(stack),
		is.ss_flags);
	result("changed there", sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
}

static void other_stack(void)
{
	stack_t set = {.ss_sp = stack, .ss_size = sizeof(stack)}, is;

	result("too small", sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = 100}, NULL));
	result("odd flags", sigaltstack(&(stack_t){.ss_sp = stack, .ss_flags = 1234}, NULL));
	result("set", sigaltstack(&set, NULL));
	handle(SIGUSR1, on_stack, SA_ONSTACK);
	raise(SIGUSR1);
	handle(SIGUSR1, on_stack, 0);
	raise(SIGUSR1);
	sigaltstack(NULL, &is);
	say("flags %d", is.ss_flags);
	result("off", sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
}

static void actions(void)
{
	struct sigaction act = {.sa_handler = SIG_IGN}, old;

	result("SIGKILL", sigaction(SIGKILL, &act, NULL));
	result("SIGSTOP", sigaction(SIGSTOP, &act, NULL));
	result("0", sigaction(0, &act, NULL));
	result("65", sigaction(65, &act, NULL));
	result("SIGKILL is", sigaction(SIGKILL, NULL, &old));
	act.sa_flags = SA_RESTART | SA_NODEFER | SA_NOCLDSTOP | SA_ONSTACK;
	sigaddset(&act.sa_mask, SIGKILL);
	sigaddset(&act.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &act, NULL);
	sigaction(SIGUSR1, NULL, &old);
	say("flags kept %d, USR2 %d, KILL %d", (old.sa_flags & act.sa_flags) == act.sa_flags,
		sigismember(&old.sa_mask, SIGUSR2), sigismember(&old.sa_mask, SIGKILL));
	result("mask, no how", sigprocmask(99, &act.sa_mask, NULL));
	result("mask, only asked", sigprocmask(99, NULL, &act.sa_mask));
}

static void limits_of_sleep(void)
{
	struct timespec ts = {0, 1000000000};

	result("nanosleep", nanosleep(&ts, NULL));
	ts.tv_nsec = -1;
	result("nanosleep", nanosleep(&ts, NULL));
	ts = (struct timespec){-1, 0};
	result("nanosleep", nanosleep(&ts, NULL));
	error("no clock", clock_nanosleep(77, 0, &ts, NULL));
	ts = (struct timespec){1, 0};
	error("the past", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &ts, NULL));
	result("settime", clock_settime(CLOCK_MONOTONIC, &ts));
	result("no clock", clock_gettime(77, &ts));
	result("no clock", clock_getres(77, &ts));
	result("no memory", syscall(SYS_clock_gettime, CLOCK_REALTIME, (void *)8));
	say("alarm %u", alarm(100));
	say("alarm %u", alarm(0));
	say("alarm %u", alarm(0));
}

static void timers_and_errors(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 99};
	struct itimerspec value = {{0, 0}, {0, 1000000000}}, old;
	timer_t timer;

	result("signal 99", timer_create(CLOCK_REALTIME, &event, &timer));
	event.sigev_notify = 77;
	result("told 77", timer_create(CLOCK_REALTIME, &event, &timer));
	result("clock 77", timer_create(77, NULL, &timer));
	event = (struct sigevent){.sigev_notify = SIGEV_NONE};
	result("made", timer_create(CLOCK_MONOTONIC, &event, &timer));
	result("nanoseconds", timer_settime(timer, 0, &value, NULL));
	value.it_value = (struct timespec){100, 0};
	value.it_interval = (struct timespec){7, 5};
	result("set", timer_settime(timer, 0, &value, NULL));
	result("set", timer_settime(timer, 0, &value, &old));
	say("had %ld", (long)old.it_value.tv_sec >= 99 ? 99L : (long)old.it_value.tv_sec);
	result("is", timer_gettime(timer, &old));
	say("interval %ld.%ld", (long)old.it_interval.tv_sec, old.it_interval.tv_nsec);
	result("overrun", timer_getoverrun(timer));
	result("deleted", timer_delete(timer));
}

static void limits_of_fork(void)
{
	struct rlimit limit, child_limit;
	sigset_t set, pending;
	int value;

	getrlimit(RLIMIT_CORE, &limit);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR2);
	alarm(50);
	if (fork() == 0) {
		sigpending(&pending);
		say("pending %d, alarm %u", sigismember(&pending, SIGUSR2), alarm(0));
		sigprocmask(SIG_SETMASK, NULL, &set);
		say("blocked %d", sigismember(&set, SIGUSR2));
		getrlimit(RLIMIT_CORE, &child_limit);
		say("limits %d", memcmp(&limit, &child_limit, sizeof(limit)));
		_exit(0);
	}
	wait(&value);
	sigpending(&pending);
	say("pending %d, alarm %d", sigismember(&pending, SIGUSR2), alarm(0) > 40);
}

ROWS(ROW(values_and_masks), ROW(reset_and_no_defer), ROW(waits_for_groups), ROW(clocks_of_others),
	ROW(maps_and_errors), ROW(names_of_semaphores), ROW(objects_of_memory), ROW(whole_groups),
	ROW(own_group), ROW(notified), ROW(other_stack), ROW(actions), ROW(limits_of_sleep),
	ROW(timers_and_errors), ROW_IF(limits_of_fork, TIMED));
