/* Which handler runs first when several signals are pending, and which inside of which. */
#include "rows.h"

#include <pthread.h>

static char letters[64];
static int order[64], ordered;

static void note(int sig)
{
	order[ordered++] = sig;
}

static void tell_order(void)
{
	char text[512] = "";

	for (int i = 0; i < ordered; i++) {
		char one[32];

		if (order[i] >= SIGRTMIN)
			snprintf(one, sizeof(one), " RT+%d", order[i] - SIGRTMIN);
		else
			snprintf(one, sizeof(one), " %s", sigabbrev_np(order[i]));
		strcat(text, one);
	}
	say("order:%s", text);
	ordered = 0;
}

static void all_blocked(sigset_t *old)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, old);
}

static void masking(int sig, void (*handler)(int))
{
	struct sigaction act = {.sa_handler = handler};

	sigfillset(&act.sa_mask);
	sigaction(sig, &act, NULL);
}

/* Each frame is laid on the one before: who comes out of the queue last runs first. */
static void nested(void)
{
	sigset_t old;

	handle(SIGTERM, note, 0);
	handle(SIGUSR1, note, 0);
	handle(SIGUSR2, note, 0);
	handle(SIGHUP, note, 0);
	all_blocked(&old);
	raise(SIGUSR2);
	raise(SIGTERM);
	raise(SIGHUP);
	raise(SIGUSR1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell_order();
}

/* With a full sa_mask one handler ends before the next begins: the lowest number first. */
static void one_by_one(void)
{
	sigset_t old;
	int signals[] = {SIGTERM, SIGUSR1, SIGUSR2, SIGHUP, SIGALRM, SIGWINCH};

	for (int i = 0; i < 6; i++)
		masking(signals[i], note);
	all_blocked(&old);
	for (int i = 0; i < 6; i++)
		kill(getpid(), signals[i]);
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell_order();
}

static void realtime(void)
{
	sigset_t old;

	for (int i = 0; i < 4; i++)
		masking(SIGRTMIN + i, note);
	masking(SIGUSR1, note);
	all_blocked(&old);
	for (int i = 3; i >= 0; i--) {
		raise(SIGRTMIN + i);
		raise(SIGRTMIN + i);
	}
	raise(SIGUSR1);
	raise(SIGUSR1); /* not queued */
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell_order();
}

static void with_value(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	order[ordered++] = SIGRTMIN + info->si_value.sival_int;
}

static void values_in_order(void)
{
	struct sigaction act = {.sa_sigaction = with_value, .sa_flags = SA_SIGINFO};
	sigset_t old;

	sigfillset(&act.sa_mask);
	sigaction(SIGRTMIN + 1, &act, NULL);
	sigaction(SIGRTMIN + 2, &act, NULL);
	all_blocked(&old);
	for (int i = 1; i <= 6; i++)
		sigqueue(getpid(), SIGRTMIN + 1 + i % 2, (union sigval){.sival_int = i});
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell_order();
}

/* A thread's own pending signals come before those of its process. */
static void thread_first(void)
{
	sigset_t old;

	for (int i = 0; i < 4; i++)
		masking(SIGRTMIN + i, note);
	all_blocked(&old);
	kill(getpid(), SIGRTMIN);
	kill(getpid(), SIGRTMIN + 1);
	pthread_kill(pthread_self(), SIGRTMIN + 3);
	pthread_kill(pthread_self(), SIGRTMIN + 2);
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell_order();
}

/* A fault's signal passes all that are pending. */
static void fault_first(void)
{
	sigset_t old, segv;

	handle(SIGHUP, note, 0);
	masking(SIGUSR1, note);
	all_blocked(&old);
	sigemptyset(&segv);
	raise(SIGHUP);
	raise(SIGUSR1);
	if (fork() == 0) { /* blocked: it kills, whatever waits */
		*(volatile char *)NULL = 1;
		_exit(0);
	}
	int value;
	wait(&value);
	status("fault while blocked", value);
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell_order();
}

static void add(const char *text)
{
	strcat(letters, text);
}

static void lower(int sig)
{
	(void)sig;
	add("b");
	kill(getpid(), SIGUSR2);
	add("c");
}

static void higher(int sig)
{
	(void)sig;
	add("d");
}

static void kill_returns_after(void)
{
	struct sigaction act = {.sa_handler = lower};

	handle(SIGUSR2, higher, 0);
	sigaction(SIGUSR1, &act, NULL);
	add("a");
	kill(getpid(), SIGUSR1);
	add("e ");
	sigaddset(&act.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &act, NULL);
	add("a");
	kill(getpid(), SIGUSR1);
	add("e");
	say("%s", letters);
}

static void mask_in_handler(int sig)
{
	sigset_t set;

	sigprocmask(SIG_SETMASK, NULL, &set);
	say("%s: itself %d, SIGUSR2 %d, SIGTERM %d", sigabbrev_np(sig), sigismember(&set, sig),
		sigismember(&set, SIGUSR2), sigismember(&set, SIGTERM));
}

static void masks(void)
{
	struct sigaction act = {.sa_handler = mask_in_handler};
	sigset_t set;

	sigaddset(&act.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &act, NULL);
	raise(SIGUSR1);
	act.sa_flags = SA_NODEFER;
	sigaction(SIGUSR1, &act, NULL);
	raise(SIGUSR1);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	sigprocmask(SIG_SETMASK, NULL, &set);
	say("after: SIGUSR1 %d, SIGTERM %d", sigismember(&set, SIGUSR1),
		sigismember(&set, SIGTERM));
}

/* sigsuspend's mask holds while the handlers run that it lets in, and no longer. */
static void suspended(void)
{
	sigset_t old, mask;

	handle(SIGUSR1, note, 0);
	handle(SIGUSR2, note, 0);
	handle(SIGTERM, note, 0);
	all_blocked(&old);
	raise(SIGUSR1);
	raise(SIGUSR2);
	raise(SIGTERM);
	sigfillset(&mask);
	sigdelset(&mask, SIGUSR2);
	result("sigsuspend", sigsuspend(&mask));
	tell_order();
	sigdelset(&mask, SIGUSR1);
	sigdelset(&mask, SIGTERM);
	result("sigsuspend", sigsuspend(&mask));
	tell_order();
	sigpending(&mask);
	say("left %d", sigismember(&mask, SIGUSR1) + sigismember(&mask, SIGTERM));
}

static void sends_more(int sig)
{
	note(sig);
	if (ordered < 8) {
		raise(SIGRTMIN);
		raise(SIGRTMIN + 1);
	}
}

static void chain(void)
{
	masking(SIGRTMIN, sends_more);
	masking(SIGRTMIN + 1, note);
	raise(SIGRTMIN);
	tell_order();
}

/* Each SIGCHLD that is pending already swallows the next. */
static void not_counted(void)
{
	sigset_t old;

	handle(SIGCHLD, note, 0);
	all_blocked(&old);
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			_exit(0);
	while (wait(NULL) > 0)
		;
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell_order();
}

/* SIGSTOP and SIGCONT take each other's place in the queue; others stay. */
static void stop_and_continue(void)
{
	int value;
	pid_t pid = fork();

	if (pid == 0) {
		sigset_t old;

		handle(SIGCONT, note, 0);
		handle(SIGTSTP, note, 0);
		handle(SIGUSR1, note, 0);
		all_blocked(&old);
		raise(SIGTSTP);
		raise(SIGUSR1);
		raise(SIGCONT); /* SIGTSTP is gone */
		sigpending(&old);
		say("TSTP %d CONT %d", sigismember(&old, SIGTSTP), sigismember(&old, SIGCONT));
		raise(SIGTSTP); /* and takes SIGCONT away */
		sigpending(&old);
		say("TSTP %d CONT %d", sigismember(&old, SIGTSTP), sigismember(&old, SIGCONT));
		sigemptyset(&old);
		sigprocmask(SIG_SETMASK, &old, NULL);
		tell_order();
		_exit(0);
	}
	waitpid(pid, &value, 0);
	status("it", value);
}

ROWS(ROW(nested), ROW(one_by_one), ROW(realtime), ROW(values_in_order), ROW(thread_first),
	ROW(fault_first), ROW(kill_returns_after), ROW(masks), ROW(suspended), ROW(chain),
	ROW(not_counted), ROW(stop_and_continue));
