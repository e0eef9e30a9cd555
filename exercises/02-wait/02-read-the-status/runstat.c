/*
 * runstat: has a child end (or stop), and says how.
 *
 * Usage: runstat exit N
 *        runstat signal S
 *        runstat stop
 *
 * README.md has the exact contract. What the child does is right; what the parent says is not.
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

/* Tells of each change of state of child PID. Returns the exit status of runstat. */
static int follow(pid_t pid)
{
	int status;

	/*
	 * waitpid(2) returns when the child has ended, and stores how in STATUS. Its third argument
	 * can ask for more: WUNTRACED, that it was stopped, WCONTINUED, that it goes on.
	 */
	if (waitpid(pid, &status, 0) == -1) {
		fprintf(stderr, "runstat: waitpid: %s\n", strerror(errno));
		return 1;
	}
	/*
	 * WIFEXITED(status), WIFSIGNALED(status), WIFSTOPPED(status), WIFCONTINUED(status): exactly
	 * one of them is true, and then WEXITSTATUS, WTERMSIG or WSTOPSIG has the number.
	 */
	printf("exited %d\n", status);
	return 0;
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
	int number = 0;
	pid_t pid;

	if (!is_use(argc, argv, &number)) {
		fprintf(stderr, "usage: runstat exit N | signal S | stop\n");
		return 2;
	}
	pid = fork();
	if (pid == -1) {
		fprintf(stderr, "runstat: fork: %s\n", strerror(errno));
		return 1;
	}
	if (pid == 0)
		act(argv[1], number);
	return follow(pid);
}
