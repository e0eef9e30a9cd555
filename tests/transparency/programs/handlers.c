/* Handlers inside handlers, masks, an alternate stack, SA_RESETHAND, SA_NODEFER, siglongjmp,
 * faults. */
#include "say.h"

#include <setjmp.h>
#include <sys/mman.h>
#include <sys/ucontext.h>

static sigjmp_buf back;
static char stack[1 << 16];
static int depth;

static void inner(int sig)
{
	(void)sig;
	say("inner");
}

static void outer(int sig)
{
	(void)sig;
	say("outer begins");
	raise(SIGUSR2);
	raise(SIGUSR1); /* blocked: it waits */
	say("outer ends");
}

static void again(int sig)
{
	say("depth %d", ++depth);
	if (depth < 3)
		raise(sig);
	depth--;
}

static void on_stack(int sig)
{
	char here;

	(void)sig;
	say("on the alternate stack %d", &here >= stack && &here < stack + sizeof(stack));
}

static void fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	say("%s at %s", sigabbrev_np(sig), info->si_addr ? "an address" : "nothing");
	siglongjmp(back, 1);
}

int main(void)
{
	struct sigaction act = {.sa_handler = outer};
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	sigset_t set, old;
	char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int value;

	handle(SIGUSR2, inner, 0);
	act.sa_handler = again;
	act.sa_flags = SA_NODEFER;
	sigaction(SIGHUP, &act, NULL);
	raise(SIGHUP);
	act = (struct sigaction){.sa_handler = outer, .sa_flags = SA_RESETHAND};
	sigaction(SIGUSR1, &act, NULL);
	if (fork() == 0)
		raise(SIGUSR1);
	wait(&value);
	status("the second one met the default", value);
	sigaltstack(&alternate, NULL);
	handle(SIGUSR1, on_stack, SA_ONSTACK);
	raise(SIGUSR1);

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, &old);
	handle(SIGUSR1, count, 0);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);
	sigpending(&set);
	say("pending %d, caught %d", sigismember(&set, SIGUSR1), (int)caught);
	result("sigsuspend", sigsuspend(&old));
	say("caught %d", (int)caught);
	sigprocmask(SIG_SETMASK, &old, NULL);

	act = (struct sigaction){.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGFPE, &act, NULL);
	if (sigsetjmp(back, 1) == 0)
		*(volatile char *)page = 1;
	if (sigsetjmp(back, 1) == 0)
		raise(SIGFPE);
	say("still here");
	signal(SIGSEGV, SIG_DFL);
	if (fork() == 0)
		*(volatile char *)page = 1;
	wait(&value);
	status("without a handler", value);
	if (fork() == 0)
		abort();
	wait(&value);
	status("abort", value);
	return 0;
}
