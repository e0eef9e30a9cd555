/*
 * Right, without a wait for stops: the siginfo of each SIGCHLD says what has become of the child.
 * The signal is blocked but in sigsuspend(), so that none comes where nobody looks.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child does. */
static void act(const char *what, int number)
{
	if (strcmp(what, "exit") == 0)
		exit(number);
	/* raise(3) sends a signal to the caller itself. */
	raise(strcmp(what, "stop") == 0 ? SIGSTOP : number);
	while (strcmp(what, "stop") == 0)
		pause(); /* it goes on here, and waits for a signal that ends it */
	exit(0);
}

/* Prints the line for STATUS. Returns whether the child is gone. */
static bool report(int status)
{
	if (WIFSTOPPED(status))
		printf("stopped %d\n", WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		printf("continued\n");
	else if (WIFSIGNALED(status))
		printf("killed %d %s\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		printf("exited %d\n", WEXITSTATUS(status));
	return WIFEXITED(status) || WIFSIGNALED(status);
}

static volatile sig_atomic_t code, number;

static void on_child(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	code = info->si_code;
	number = info->si_status;
}

/* Tells of each change of state of child PID. Returns the exit status of runstat. */
static int follow(pid_t pid)
{
	sigset_t none;

	sigemptyset(&none);
	for (;;) {
		code = 0;
		while (code == 0)
			sigsuspend(&none);
		switch (code) {
		case CLD_STOPPED:
			printf("stopped %d\n", (int)number);
			kill(pid, SIGCONT);
			break;
		case CLD_CONTINUED:
			printf("continued\n");
			kill(pid, SIGTERM);
			break;
		case CLD_EXITED:
			printf("exited %d\n", number & 255);
			return waitpid(pid, NULL, 0) == -1;
		default:
			printf("killed %d %s\n", (int)number, strsignal(number));
			return waitpid(pid, NULL, 0) == -1;
		}
	}
}

/* Puts the number that TEXT is into *NUMBER; false if it is none. */
static bool number_from(const char *text, int *number)
{
	char *end;
	long value = strtol(text, &end, 10);

	*number = (int)value;
	return end != text && *end == '\0' && value >= INT_MIN && value <= INT_MAX;
}

/* Is this a use of runstat? *NUMBER gets the number, where there is one. */
static bool is_use(int argc, char *argv[], int *number)
{
	if (argc == 2)
		return strcmp(argv[1], "stop") == 0;
	return argc == 3 && number_from(argv[2], number) &&
	       (strcmp(argv[1], "exit") == 0 ||
		       (strcmp(argv[1], "signal") == 0 && *number > 0 && *number < NSIG));
}

int main(int argc, char *argv[])
{
	struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO};
	int value = 0;
	sigset_t before;
	pid_t pid;

	if (!is_use(argc, argv, &value)) {
		fprintf(stderr, "usage: runstat exit N | signal S | stop\n");
		return 2;
	}
	sigemptyset(&action.sa_mask);
	sigaction(SIGCHLD, &action, NULL);
	sigaddset(&action.sa_mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &action.sa_mask, &before);
	pid = fork();
	if (pid == -1) {
		fprintf(stderr, "runstat: fork: %s\n", strerror(errno));
		return 1;
	}
	if (pid == 0)
		act(argv[1], value);
	return follow(pid);
}
