/*
 * Sends SIGCONT, takes it for granted that the child goes on, and says so itself.
 *
 * check: stop_is_reported
 * message: sent SIGTERM without having been told that the child goes on
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

/* Tells of each change of state of child PID. Returns the exit status of runstat. */
static int follow(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, WUNTRACED) != -1) {
		if (WIFEXITED(status)) {
			printf("exited %d\n", WEXITSTATUS(status));
			return 0;
		}
		if (WIFSIGNALED(status)) {
			printf("killed %d %s\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
			return 0;
		}
		printf("stopped %d\n", WSTOPSIG(status));
		kill(pid, SIGCONT);
		printf("continued\n");
		kill(pid, SIGTERM);
	}
	return 1;
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
