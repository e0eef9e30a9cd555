/*
 * Unusual: the child keeps all of the message in one buffer, which grows as the pieces come, and
 * puts the '\0' behind it itself; then %s is right. The child stands in the else, sits between two
 * pipes (the second carries one byte back, when the line is out), and the parent takes wait's word
 * for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *read_all(int from)
{
	size_t len = 0, room = 2;
	char *text = malloc(room);
	ssize_t n;

	while (text && (n = read(from, text + len, room - len - 1)) > 0) {
		len += (size_t)n;
		if (len + 1 == room)
			text = realloc(text, room *= 2);
	}
	if (text)
		text[len] = '\0';
	return text;
}

int main(int argc, char **argv)
{
	int there[2], back[2], status;
	pid_t pid;
	char *text, ok = 'k';

	if (argc != 2)
		return fprintf(stderr, "hello MSG\n"), 2;
	if (pipe(there) != 0 || pipe(back) != 0 || (pid = fork()) < 0) {
		perror("hello");
		return 1;
	}
	if (pid > 0) {
		size_t len = strlen(argv[1]);

		close(there[0]);
		close(back[1]);
		if (write(there[1], argv[1], len) != (ssize_t)len)
			return 1;
		close(there[1]);
		if (read(back[0], &ok, 1) != 1 || wait(&status) != pid)
			return 1;
		return status == 0 ? 0 : 1;
	}
	close(there[1]);
	close(back[0]);
	text = read_all(there[0]);
	if (!text)
		_exit(1);
	printf("Proc %d read: %s\n", (int)getpid(), text);
	free(text);
	fflush(stdout);
	_exit(write(back[1], &ok, 1) == 1 ? 0 : 1);
}
