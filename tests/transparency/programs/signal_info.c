/* What a signal tells of itself: si_code, si_pid, si_status, si_value, in a handler, from
 * sigwaitinfo and from a signalfd. */
#include "rows.h"

#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static pid_t self, other;

static const char *code_name(const siginfo_t *info)
{
	static const struct {
		int sig, code;
		const char *name;
	} names[] = {{0, SI_USER, "SI_USER"}, {0, SI_QUEUE, "SI_QUEUE"}, {0, SI_TKILL, "SI_TKILL"},
		{0, SI_KERNEL, "SI_KERNEL"}, {0, SI_MESGQ, "SI_MESGQ"}, {0, SI_TIMER, "SI_TIMER"},
		{SIGCHLD, CLD_EXITED, "CLD_EXITED"}, {SIGCHLD, CLD_KILLED, "CLD_KILLED"},
		{SIGCHLD, CLD_DUMPED, "CLD_DUMPED"}, {SIGCHLD, CLD_STOPPED, "CLD_STOPPED"},
		{SIGCHLD, CLD_CONTINUED, "CLD_CONTINUED"}, {SIGSEGV, SEGV_MAPERR, "SEGV_MAPERR"},
		{SIGSEGV, SEGV_ACCERR, "SEGV_ACCERR"}, {SIGBUS, BUS_ADRERR, "BUS_ADRERR"},
		{SIGFPE, FPE_INTDIV, "FPE_INTDIV"}, {SIGILL, ILL_ILLOPN, "ILL_ILLOPN"},
		{SIGTRAP, TRAP_BRKPT, "TRAP_BRKPT"}, {SIGTRAP, SI_KERNEL, "SI_KERNEL"},
		{SIGIO, POLL_IN, "POLL_IN"}, {SIGIO, POLL_HUP, "POLL_HUP"}};
	static char number[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((!names[i].sig || names[i].sig == info->si_signo) &&
			names[i].code == info->si_code)
			return names[i].name;
	snprintf(number, sizeof(number), "%d", info->si_code);
	return number;
}

static const char *who(pid_t pid)
{
	return pid == self ? "me" : pid == other ? "the other" : pid == 0 ? "nobody" : "a stranger";
}

static const char *signal_text(int sig)
{
	static char text[16];

	snprintf(text, sizeof(text), "RT+%d", sig - SIGRTMIN);
	return sig < SIGRTMIN ? sigabbrev_np(sig) : text;
}

static void tell(const char *how, const siginfo_t *info)
{
	const char *name = signal_text(info->si_signo);

	if (info->si_signo == SIGCHLD && info->si_code > 0)
		say("%s: %s %s, pid %s, uid %d, status %d", how, name, code_name(info),
			who(info->si_pid), info->si_uid == getuid(), info->si_status);
	else if (info->si_code == SI_QUEUE || info->si_code == SI_MESGQ)
		say("%s: %s %s, pid %s, uid %d, value %d", how, name, code_name(info),
			who(info->si_pid), info->si_uid == getuid(), info->si_value.sival_int);
	else if (info->si_code <= 0)
		say("%s: %s %s, pid %s, uid %d", how, name, code_name(info), who(info->si_pid),
			info->si_uid == getuid());
	else
		say("%s: %s %s", how, name, code_name(info));
}

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	tell("handler", info);
}

static void handle_info(int sig)
{
	struct sigaction act = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};

	sigfillset(&act.sa_mask);
	sigaction(sig, &act, NULL);
}

static sigset_t block(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
	self = getpid();
	return set;
}

static void wait_info(const char *how, int sig)
{
	sigset_t set = block(sig);
	siginfo_t info;

	memset(&info, 0x5a, sizeof(info));
	if (result(how, sigwaitinfo(&set, &info)) > 0)
		tell(how, &info);
}

static void in_handlers(void)
{
	self = getpid();
	handle_info(SIGUSR1);
	handle_info(SIGRTMIN);
	kill(self, SIGUSR1);
	raise(SIGUSR1);
	sigqueue(self, SIGUSR1, (union sigval){.sival_int = 41});
	sigqueue(self, SIGRTMIN, (union sigval){.sival_int = 42});
	pthread_kill(pthread_self(), SIGRTMIN);
	pthread_sigqueue(pthread_self(), SIGRTMIN, (union sigval){.sival_int = 43});
}

static void from_child(void)
{
	sigset_t set;

	block(SIGUSR1);
	set = block(SIGRTMIN);
	other = fork();
	if (other == 0) {
		kill(getppid(), SIGUSR1);
		sigqueue(getppid(), SIGRTMIN, (union sigval){.sival_int = -7});
		_exit(0);
	}
	wait_info("kill", SIGUSR1);
	wait_info("sigqueue", SIGRTMIN);
	wait(NULL);
	(void)set;
}

static void while_waiting(void)
{
	/* whoever waits first is told the same */
	block(SIGUSR1);
	block(SIGRTMIN);
	other = fork();
	if (other == 0) {
		await_sleep(getppid());
		kill(getppid(), SIGUSR1);
		await_sleep(getppid());
		sigqueue(getppid(), SIGRTMIN, (union sigval){.sival_int = 9});
		_exit(0);
	}
	wait_info("kill", SIGUSR1);
	wait_info("sigqueue", SIGRTMIN);
	wait(NULL);
}

static void killer(void)
{
	kill(getpid(), SIGKILL);
}

static void dumper(void)
{
	abort();
}

static void of_children(void)
{
	void (*ends[])(void) = {killer, dumper};

	block(SIGCHLD);
	other = fork();
	if (other == 0)
		_exit(3);
	wait_info("exited", SIGCHLD);
	wait(NULL);
	for (int i = 0; i < 2; i++) {
		other = child(ends[i]);
		wait_info("killed", SIGCHLD);
		wait(NULL);
	}
	other = child((void (*)(void))pause);
	kill(other, SIGSTOP);
	wait_info("stopped", SIGCHLD);
	kill(other, SIGCONT);
	wait_info("continued", SIGCHLD);
	kill(other, SIGTERM);
	wait_info("terminated", SIGCHLD);
	wait(NULL);
}

static void child_in_handler(void)
{
	sigset_t set, old;

	self = getpid();
	handle_info(SIGCHLD);
	set = block(SIGCHLD);
	other = fork();
	if (other == 0)
		_exit(5);
	sigprocmask(SIG_SETMASK, NULL, &old);
	sigdelset(&old, SIGCHLD);
	result("sigsuspend", sigsuspend(&old));
	result("wait", wait(NULL) == other);
	(void)set;
}

static void descriptor(void)
{
	sigset_t set = block(SIGUSR1);
	struct signalfd_siginfo info[4];
	int fd;
	ssize_t n;

	sigaddset(&set, SIGRTMIN);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	result("nothing", read(fd, info, sizeof(info)));
	kill(self, SIGUSR1);
	sigqueue(self, SIGRTMIN, (union sigval){.sival_int = 77});
	sigqueue(self, SIGRTMIN, (union sigval){.sival_int = 78});
	n = read(fd, info, sizeof(info));
	for (int i = 0; i < n / (ssize_t)sizeof(info[0]); i++)
		say("%s code %d pid %s value %d", signal_text((int)info[i].ssi_signo),
			info[i].ssi_code, who((pid_t)info[i].ssi_pid), info[i].ssi_int);
	fcntl(fd, F_SETFL, 0);
	other = fork();
	if (other == 0)
		_exit(4);
	n = read(fd, info, sizeof(info));
	say("%s code %d pid %s status %d", signal_text((int)info[0].ssi_signo), info[0].ssi_code,
		who((pid_t)info[0].ssi_pid), info[0].ssi_status);
	wait(NULL);
	sigdelset(&set, SIGCHLD);
	signalfd(fd, &set, 0);
	other = fork();
	if (other == 0) {
		await_sleep(getppid());
		sigqueue(getppid(), SIGRTMIN, (union sigval){.sival_int = 5});
		_exit(0);
	}
	n = read(fd, info, sizeof(info[0]));
	say("%s code %d pid %s value %d", signal_text((int)info[0].ssi_signo), info[0].ssi_code,
		who((pid_t)info[0].ssi_pid), info[0].ssi_int);
	result("too small", read(fd, info, 8));
	wait(NULL);
}

static void descriptor_and_poll(void)
{
	sigset_t set = block(SIGUSR1);
	struct pollfd p = {.fd = signalfd(-1, &set, 0), .events = POLLIN};
	struct signalfd_siginfo info;

	result("poll", poll(&p, 1, 0));
	raise(SIGUSR1);
	result("poll", poll(&p, 1, -1));
	sigset_t pending;
	sigpending(&pending);
	say("pending %d", sigismember(&pending, SIGUSR1));
	result("read", read(p.fd, &info, sizeof(info)));
	result("poll", poll(&p, 1, 0));
	if (fork() == 0) { /* whose signals a signalfd reads: the reader's */
		raise(SIGUSR1);
		result("child", read(p.fd, &info, sizeof(info)));
		say("mine %d", info.ssi_pid == (uint32_t)getpid());
		_exit(0);
	}
	wait(NULL);
	result("poll", poll(&p, 1, 0));
}

static sigjmp_buf back;
static const char *page;
static size_t page_size;

static void fault(int sig, siginfo_t *info, void *context)
{
	const char *at = info->si_addr;

	(void)context;
	say("%s %s, in the page %d", sigabbrev_np(sig), code_name(info),
		page && at >= page && at < page + page_size);
	siglongjmp(back, 1);
}

static void faults(void)
{
	struct sigaction act = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
	volatile int zero = 0;
	volatile char *volatile p;
	int fd = memfd_create("page", 0);

	page_size = (size_t)sysconf(_SC_PAGESIZE);
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGBUS, &act, NULL);
	sigaction(SIGFPE, &act, NULL);
	sigaction(SIGILL, &act, NULL);
	sigaction(SIGTRAP, &act, NULL);
	page = mmap(NULL, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	p = (volatile char *)page;
	if (sigsetjmp(back, 1) == 0)
		p[5] = 1;
	mprotect((void *)page, page_size, PROT_NONE);
	if (sigsetjmp(back, 1) == 0)
		(void)p[6];
	munmap((void *)page, page_size);
	if (sigsetjmp(back, 1) == 0)
		(void)p[7];
	page = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	p = (volatile char *)page;
	if (sigsetjmp(back, 1) == 0)
		p[8] = 1; /* past the end of the file */
	page = NULL;
	if (sigsetjmp(back, 1) == 0)
		zero = 1 / zero;
	if (sigsetjmp(back, 1) == 0)
		__builtin_trap();
	if (sigsetjmp(back, 1) == 0)
		raise(SIGSEGV);
#ifdef __x86_64__
	if (sigsetjmp(back, 1) == 0)
		__asm__ volatile("int3");
#endif
	if (sigsetjmp(back, 1) == 0)
		raise(SIGTRAP);
}

static void message_queue(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGUSR1,
		.sigev_value = {.sival_int = 12}};
	char name[64];
	mqd_t queue;
	sigset_t set = block(SIGUSR1);
	siginfo_t info;

	snprintf(name, sizeof(name), "/transparency-info-%ld", (long)getpid());
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);
	mq_unlink(name);
	result("notify", mq_notify(queue, &event));
	if (fork() == 0) {
		result("again", mq_notify(queue, &event));
		result("send", mq_send(queue, "x", 1, 0));
		_exit(0);
	}
	memset(&info, 0, sizeof(info));
	result("signal", sigwaitinfo(&set, &info));
	say("%s value %d pid %d", code_name(&info), info.si_value.sival_int, info.si_pid > 0);
	wait(NULL);
}

static void asynchronous(void)
{
	int pair[2];
	sigset_t set = block(SIGRTMIN + 2);
	siginfo_t info = {0};

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	MUST(fcntl(pair[0], F_SETOWN, getpid()));
	MUST(fcntl(pair[0], F_SETSIG, SIGRTMIN + 2));
	MUST(fcntl(pair[0], F_SETFL, O_ASYNC));
	if (fork() == 0) {
		result("write", write(pair[1], "x", 1));
		_exit(0);
	}
	result("signal", sigwaitinfo(&set, &info) == SIGRTMIN + 2);
	say("code %d, band has POLLIN %d, fd %d", info.si_code, (int)(info.si_band & POLLIN) != 0,
		info.si_fd == pair[0]);
	wait(NULL);
}

/* Made-up infos go to oneself only, and not with the codes of kill(2). */
static void made_up(void)
{
	siginfo_t info = {.si_signo = SIGUSR1, .si_code = -60};
	sigset_t set = block(SIGUSR1);

	info.si_pid = getpid();
	info.si_value.sival_int = 3;
	result("own code", syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info));
	memset(&info, 0, sizeof(info));
	sigwaitinfo(&set, &info);
	say("code %d value %d", info.si_code, info.si_value.sival_int);
	other = fork();
	if (other == 0) {
		info.si_code = SI_USER;
		result("as kill", syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &info));
		info.si_code = SI_TKILL;
		result("as tkill", syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &info));
		_exit(0);
	}
	wait(NULL);
	sigpending(&set);
	say("pending %d", sigismember(&set, SIGUSR1));
}

ROWS(ROW(in_handlers), ROW(from_child), ROW_IF(while_waiting, TIMED), ROW(of_children),
	ROW(child_in_handler), ROW_IF(descriptor, TIMED), ROW(descriptor_and_poll), ROW(faults),
	ROW_IF(message_queue, SORTED), ROW_IF(asynchronous, SORTED), ROW(made_up));
