/*
 * Sends a line and waits for the line that comes back, as one would with a server. But the filter
 * uses stdio, whose stream for a pipe keeps what it has until it has 4096 bytes (or more), and
 * sends nothing at a newline.
 *
 * check: a_few_lines_come_back
 * message: has read %d bytes and written only 0 of its answer
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK 4096

static void die(const char *call)
{
	/* perror(3) prints what errno says about the call that failed just now. */
	perror(call);
	exit(1);
}

/* The filter. It answers block by block, and keeps nothing to itself. */
static void upper(int from, int to)
{
	FILE *in = fdopen(from, "r");
	FILE *out = fdopen(to, "w");
	int c;

	if (!in || !out)
		die("upper: fdopen");
	while ((c = getc(in)) != EOF)
		putc(toupper(c), out);
	fclose(out);
}

int main(void)
{
	int question[2], answer[2]; /* [0] is to read, [1] to write */
	pid_t child;
	FILE *to, *from;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (pipe(question) == -1 || pipe(answer) == -1)
		die("shout: pipe");

	child = fork();
	if (child == -1)
		die("shout: fork");
	if (child == 0) {
		/* Each process closes the ends that it does not use. */
		close(question[1]);
		close(answer[0]);
		upper(question[0], answer[1]);
		_exit(0);
	}
	close(question[0]);
	close(answer[1]);

	to = fdopen(question[1], "w");
	from = fdopen(answer[0], "r");
	if (!to || !from)
		die("shout: fdopen");
	while ((n = getline(&line, &room, stdin)) > 0) {
		fwrite(line, 1, (size_t)n, to);
		fflush(to);
		n = getline(&line, &room, from);
		if (n > 0)
			fwrite(line, 1, (size_t)n, stdout);
	}
	free(line);
	fclose(to);
	fclose(from);
	fflush(stdout);

	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
