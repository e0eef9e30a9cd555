/* sigaction's flags, masks, alternate stacks, what is ignored, and queues that are full. */
#include "rows.h"

#include <pthread.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>

/* siginterrupt, sigset and their kin are old, and still there */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static char stack[1 << 16];
static sigjmp_buf back;

static void tell_action(int sig)
{
	struct sigaction act;

	if (sigaction(sig, NULL, &act) < 0) {
		say("%s: %s", sigabbrev_np(sig), strerrorname_np(errno));
		return;
	}
	say("%s: %s, flags %x, mask has HUP %d", sigabbrev_np(sig),
		act.sa_handler == SIG_DFL   ? "default"
		: act.sa_handler == SIG_IGN ? "ignored"
					    : "handler",
		(unsigned)act.sa_flags & ~0x04000000u, sigismember(&act.sa_mask, SIGHUP));
}

static void told_back(void)
{
	struct sigaction act = {.sa_handler = count,
		.sa_flags = SA_RESTART | SA_NOCLDSTOP | SA_ONSTACK | SA_NODEFER};

	tell_action(SIGUSR1);
	sigaddset(&act.sa_mask, SIGHUP);
	sigaddset(&act.sa_mask, SIGKILL);
	result("sigaction", sigaction(SIGUSR1, &act, NULL));
	tell_action(SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	tell_action(SIGUSR1);
	signal(SIGUSR1, count);
	tell_action(SIGUSR1);
	siginterrupt(SIGUSR1, 1);
	tell_action(SIGUSR1);
	result("KILL", sigaction(SIGKILL, &act, NULL));
	result("STOP", sigaction(SIGSTOP, &act, NULL));
	tell_action(SIGKILL);
	result("0", sigaction(0, &act, NULL));
	result("65", sigaction(65, &act, NULL));
}

static void reset(int sig)
{
	tell_action(sig);
	caught++;
}

static void reset_once(void)
{
	int value;

	handle(SIGUSR1, reset, SA_RESETHAND);
	tell_action(SIGUSR1);
	raise(SIGUSR1);
	tell_action(SIGUSR1);
	if (fork() == 0) {
		raise(SIGUSR1);
		_exit(0);
	}
	wait(&value);
	status("the second", value);
	handle(SIGTRAP, reset, SA_RESETHAND); /* those two are never reset automatically */
	raise(SIGTRAP);
	tell_action(SIGTRAP);
}

static void where(int sig)
{
	stack_t now;
	char here;

	(void)sig;
	sigaltstack(NULL, &now);
	say("on the alternate stack %d, says the kernel %d",
		&here >= stack && &here < stack + sizeof(stack), now.ss_flags & SS_ONSTACK ? 1 : 0);
	if (now.ss_flags & SS_ONSTACK)
		result("change it now", sigaltstack(&now, NULL));
}

static void alternate(void)
{
	stack_t stack_of_mine = {.ss_sp = stack, .ss_size = sizeof(stack)}, now;

	sigaltstack(NULL, &now);
	say("none at first %d", now.ss_flags == SS_DISABLE);
	handle(SIGUSR1, where, SA_ONSTACK);
	handle(SIGUSR2, where, 0);
	raise(SIGUSR1);
	result("sigaltstack", sigaltstack(&stack_of_mine, NULL));
	raise(SIGUSR1);
	raise(SIGUSR2);
	stack_of_mine.ss_size = 16;
	result("too small", sigaltstack(&stack_of_mine, NULL));
	if (fork() == 0) {
		raise(SIGUSR1); /* inherited */
		_exit(0);
	}
	wait(NULL);
	stack_of_mine.ss_flags = SS_DISABLE;
	result("none again", sigaltstack(&stack_of_mine, NULL));
	raise(SIGUSR1);
}

static void overflow(int sig)
{
	char here;

	(void)sig;
	say("stack overflow, on the other one %d", &here >= stack && &here < stack + sizeof(stack));
	_exit(6);
}

static int deeper(int n)
{
	volatile char room[4096];

	room[n % 4096] = (char)n;
	return n < 0 ? 0 : deeper(n + 1) + room[n % 4096];
}

static void stack_overflow(void)
{
	stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct rlimit limit = {1 << 18, 1 << 18};
	pthread_attr_t attr;
	int value;

	(void)attr;
	if (fork() == 0) {
		setrlimit(RLIMIT_STACK, &limit);
		sigaltstack(&other, NULL);
		handle(SIGSEGV, overflow, SA_ONSTACK);
		_exit(deeper(0));
	}
	wait(&value);
	status("with a stack for it", value);
	if (fork() == 0) {
		setrlimit(RLIMIT_STACK, &limit);
		handle(SIGSEGV, overflow, 0);
		_exit(deeper(0));
	}
	wait(&value);
	status("without", value);
}

static void context_mask(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	(void)info;
	say("%s interrupted a mask with USR2 %d TERM %d", sigabbrev_np(sig),
		sigismember(&u->uc_sigmask, SIGUSR2), sigismember(&u->uc_sigmask, SIGTERM));
	sigaddset(&u->uc_sigmask, SIGTERM); /* it holds after the return */
}

static void context(void)
{
	struct sigaction act = {.sa_sigaction = context_mask, .sa_flags = SA_SIGINFO};
	sigset_t set;

	sigaction(SIGUSR1, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	sigprocmask(SIG_SETMASK, NULL, &set);
	say("after: USR2 %d TERM %d", sigismember(&set, SIGUSR2), sigismember(&set, SIGTERM));
}

static void ignoring_discards(void)
{
	sigset_t set, old;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, &old);
	handle(SIGUSR1, count, 0);
	raise(SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	sigpending(&set);
	say("pending %d", sigismember(&set, SIGUSR1));
	handle(SIGUSR1, count, 0);
	raise(SIGCHLD); /* default: ignored, but blocked signals wait nevertheless */
	raise(SIGUSR2);
	sigpending(&set);
	say("CHLD %d USR2 %d", sigismember(&set, SIGCHLD), sigismember(&set, SIGUSR2));
	signal(SIGCHLD, SIG_DFL); /* discards */
	sigpending(&set);
	say("CHLD %d", sigismember(&set, SIGCHLD));
	signal(SIGUSR2, SIG_IGN);
	raise(SIGUSR2);
	sigpending(&set);
	say("ignored while blocked %d", sigismember(&set, SIGUSR2));
	sigprocmask(SIG_SETMASK, &old, NULL);
	say("caught %d", (int)caught);
}

static void queue_overflow(void)
{
	struct rlimit limit;
	sigset_t set;
	int n = 0;

	getrlimit(RLIMIT_SIGPENDING, &limit);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	limit.rlim_cur = 0; /* others of this user may have some: none is left in any case */
	setrlimit(RLIMIT_SIGPENDING, &limit);
	result("sigqueue", sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1}));
	result("kill", kill(getpid(), SIGRTMIN)); /* the same for a real-time signal */
	result("standard", sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 2}));
	result("kill", kill(getpid(), SIGUSR2));
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_SIGPENDING, &limit);
	for (int i = 0; i < 50; i++)
		sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i});
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	for (;;) {
		struct timespec none = {0, 0};
		siginfo_t info;

		if (sigtimedwait(&set, &info, &none) < 0)
			break;
		n += info.si_value.sival_int == n;
	}
	say("%d in order", n);
	sigpending(&set);
	say("USR1 %d USR2 %d RT %d", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2),
		sigismember(&set, SIGRTMIN));
}

static void jump(int sig)
{
	siglongjmp(back, sig);
}

static void jumps(void)
{
	volatile int n = 0;
	sigset_t set;
	int sig;

	handle(SIGUSR1, jump, 0);
	sig = sigsetjmp(back, 1);
	say("came back with %d", sig);
	sigprocmask(SIG_SETMASK, NULL, &set);
	say("blocked %d", sigismember(&set, SIGUSR1));
	if (n++ < 3)
		raise(SIGUSR1);
	n = 0;
	sig = sigsetjmp(back, 0);
	sigprocmask(SIG_SETMASK, NULL, &set);
	say("without its mask: blocked %d", sigismember(&set, SIGUSR1));
	if (n++ == 0)
		raise(SIGUSR1);
}

/* Out of a sleep, again and again: no sleep is left behind. */
static void jumps_out_of_sleep(void)
{
	static volatile int n;

	handle(SIGUSR1, jump, 0);
	if (sigsetjmp(back, 1) > 0)
		say("out of pause %d", n);
	if (n++ < 4) {
		pid_t me = getpid();

		if (fork() == 0) {
			await_sleep(me);
			kill(me, SIGUSR1);
			_exit(0);
		}
		pause();
		say("never");
	}
	while (wait(NULL) > 0)
		;
	result("children", wait(NULL));
}

static void old_interfaces(void)
{
	sigset_t set;

	sigset(SIGUSR1, count);
	tell_action(SIGUSR1);
	sighold(SIGUSR1);
	raise(SIGUSR1);
	say("held %d", (int)caught);
	sigrelse(SIGUSR1);
	say("released %d", (int)caught);
	say("SIG_HOLD %d", sigset(SIGUSR1, SIG_HOLD) == count);
	raise(SIGUSR1);
	say("held %d", (int)caught);
	result("sigpause", sigpause(SIGUSR1));
	say("caught %d", (int)caught);
	sigprocmask(SIG_SETMASK, NULL, &set);
	say("blocked again %d", sigismember(&set, SIGUSR1));
	sigignore(SIGUSR1);
	tell_action(SIGUSR1);
}

static void *takes_signals(void *argument)
{
	sigset_t *set = argument;
	int sig;

	for (int i = 0; i < 3; i++) {
		sigwait(set, &sig);
		say("taken %s", sigabbrev_np(sig));
	}
	return NULL;
}

/* A signal to the process goes to the thread that does not block it, or that waits for it. */
static void to_a_thread(void)
{
	pthread_t thread;
	sigset_t set;

	sigfillset(&set);
	pthread_sigmask(SIG_SETMASK, &set, NULL);
	kill(getpid(), SIGUSR1);
	pthread_create(&thread, NULL, takes_signals, &set);
	pthread_kill(thread, SIGUSR2);
	kill(getpid(), SIGTERM);
	pthread_join(thread, NULL);
	sigpending(&set);
	say("left %d", sigismember(&set, SIGUSR1) + sigismember(&set, SIGUSR2) +
			       sigismember(&set, SIGTERM));
}

static void kernel_masks(void)
{
	sigset_t set;
	int value;

	sigfillset(&set);
	result("block all", sigprocmask(SIG_BLOCK, &set, NULL));
	sigprocmask(SIG_SETMASK, NULL, &set);
	say("KILL %d STOP %d", sigismember(&set, SIGKILL), sigismember(&set, SIGSTOP));
	result("how", sigprocmask(77, &set, NULL));
	if (fork() == 0) {
		raise(SIGKILL);
		_exit(0);
	}
	wait(&value);
	status("all blocked", value);
	if (fork() == 0) {
		abort(); /* unblocks */
	}
	wait(&value);
	status("abort", value);
	signal(SIGABRT, SIG_IGN);
	if (fork() == 0)
		abort();
	wait(&value);
	status("abort, ignored", value);
	handle(SIGABRT, count, 0);
	if (fork() == 0)
		abort();
	wait(&value);
	status("abort, handled", value);
}

ROWS(ROW(told_back), ROW(reset_once), ROW(alternate), ROW(stack_overflow), ROW(context),
	ROW(ignoring_discards), ROW(queue_overflow), ROW(jumps), ROW_IF(jumps_out_of_sleep, TIMED),
	ROW(old_interfaces), ROW_IF(to_a_thread, SORTED), ROW(kernel_masks));
