/*
 * watch SECONDS PREFIX COMMAND [ARGUMENT]...: runs COMMAND and looks what it leaves on the host.
 *
 * Left are: a living descendant (we are the subreaper of all of them), a file in $TMPDIR, a POSIX
 * object whose name begins with PREFIX, a System V object with the key 0x0bad1ab0. Each is named on
 * standard error and the exit code is 99; else it is the command's own, 128+N for a signal. SECONDS
 * are a net only: whoever falls into it (98) is a bug.
 *
 * SIGUSR1 is passed on to COMMAND as SIGINT.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEFT = 99, TOO_LONG = 98, FAILED = 97, KEY = 0x0bad1ab0, GRACE = 10 /* s */ };

static pid_t child;

static void pass_on(int sig)
{
	kill(child, sig == SIGUSR1 ? SIGINT : SIGKILL);
	if (sig == SIGALRM) {
		static const char text[] = "watch: it did not end\n";
		ssize_t ignored = write(2, text, sizeof(text) - 1);

		(void)ignored;
		_exit(TOO_LONG);
	}
}

static void stop_waiting(int sig)
{
	(void)sig; /* only that waitpid() returns */
}

static bool left_in(const char *folder, const char *prefix)
{
	DIR *dir = folder ? opendir(folder) : NULL;
	bool left = false;

	if (!dir)
		return false;
	for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		if (strncmp(d->d_name, prefix, strlen(prefix)) != 0)
			continue;
		fprintf(stderr, "watch: left behind: %s/%s\n", folder, d->d_name);
		left = true;
	}
	closedir(dir);
	return left;
}

static bool left_sysv(const char *table)
{
	FILE *f = fopen(table, "r");
	char line[512];
	bool left = false;

	while (f && fgets(line, sizeof(line), f))
		if (strtol(line, NULL, 10) == KEY) {
			fprintf(stderr, "watch: left behind: %s: %s", table, line);
			left = true;
		}
	if (f)
		fclose(f);
	return left;
}

/* What was killed may need a moment to be gone; what was forgotten stays. */
static bool left_processes(void)
{
	struct sigaction action = {.sa_handler = stop_waiting};
	pid_t pid;

	sigaction(SIGALRM, &action, NULL);
	alarm(GRACE);
	do
		pid = waitpid(-1, NULL, 0);
	while (pid > 0);
	alarm(0);
	if (errno == ECHILD)
		return false;
	fprintf(stderr, "watch: left behind: a living process\n");
	return true;
}

static void start(char **argv)
{
	struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};

	child = fork();
	if (child == 0) {
		signal(SIGINT, SIG_DFL); /* a shell's background job ignores it */
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(FAILED);
	}
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
}

int main(int argc, char **argv)
{
	bool left;
	int status;

	if (argc < 4 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return FAILED;
	start(argv + 3);
	alarm((unsigned)atoi(argv[1]));
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return FAILED;
	left = left_processes();
	left = left_in(getenv("TMPDIR"), "") || left;
	left = left_in("/dev/shm", argv[2]) || left;
	left = left_in("/dev/mqueue", argv[2]) || left;
	left = left_sysv("/proc/sysvipc/shm") || left;
	left = left_sysv("/proc/sysvipc/sem") || left;
	left = left_sysv("/proc/sysvipc/msg") || left;
	if (left)
		return LEFT;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
