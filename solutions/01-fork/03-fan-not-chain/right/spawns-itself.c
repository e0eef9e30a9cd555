/*
 * Unusual: no fork at all. posix_spawn(3) starts this same program once more for each child, with
 * arguments that no user would give; /proc/self/exe is a link to the executable of whoever opens
 * it.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int child(int i)
{
	usleep(1000000);
	dprintf(STDOUT_FILENO, "%d\n", i);
	return i;
}

/* -1 if TEXT is no number from 0 to 50. */
static int number_from(const char *text)
{
	int value = 0;

	if (text[0] == '\0' || strlen(text) > 3 || strspn(text, "0123456789") != strlen(text))
		return -1;
	value = atoi(text);
	return value > 50 ? -1 : value;
}

int main(int argc, char *argv[])
{
	pid_t pids[50];
	int status = 0, started = 0;

	if (argc == 3 && strcmp(argv[1], "--child") == 0)
		return child(atoi(argv[2]));

	int n = argc == 2 ? number_from(argv[1]) : -1;

	if (n < 0) {
		fprintf(stderr, "usage: fan N\n");
		return 2;
	}
	for (; started < n; started++) {
		char number[16];
		char *args[] = {"fan", "--child", number, NULL};

		snprintf(number, sizeof(number), "%d", started);
		/* Returns the error number, 0 for success; errno is not touched. */
		int error =
			posix_spawn(&pids[started], "/proc/self/exe", NULL, NULL, args, environ);

		if (error != 0) {
			fprintf(stderr, "fan: posix_spawn: %s\n", strerror(error));
			status = 1;
			break;
		}
	}
	/* The last one first: it does not matter, all must have ended before "done". */
	while (started > 0)
		waitpid(pids[--started], NULL, 0);
	if (status == 0)
		printf("done\n");
	return status;
}
