/*
 * Puts the words together again and gives them to system(3), that is, to a shell, which takes them
 * apart at each blank, and looks for patterns and variables in them.
 *
 * check: arguments_stay_whole
 * message: a shell re-parsed your arguments
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* The line "+ CMD ARG...". */
static void say_command(char *argv[])
{
	putchar('+');
	for (int i = 1; argv[i]; i++)
		printf(" %s", argv[i]);
	putchar('\n');
}

int main(int argc, char *argv[])
{
	char line[4096] = "";
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}
	say_command(argv);
	fflush(stdout);
	for (int i = 1; i < argc; i++) {
		strncat(line, argv[i], sizeof(line) - strlen(line) - 2);
		strcat(line, " ");
	}
	status = system(line);
	if (status == -1) {
		perror("run: system");
		return 126;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
