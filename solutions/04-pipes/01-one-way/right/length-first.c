/*
 * Unusual: nobody closes anything, and nobody looks for end of file. The parent sends the length
 * first, then the message in small pieces; the child knows when it has all of it, also when the
 * length itself comes in pieces.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_whole(int from, void *into, size_t len)
{
	for (char *at = into; len > 0;) {
		ssize_t n = read(from, at, len);

		if (n <= 0)
			_exit(1);
		at += n;
		len -= (size_t)n;
	}
}

int main(int argc, char *argv[])
{
	int fd[2], status;
	size_t len;

	if (argc != 2) {
		fputs("usage: hello MSG\n", stderr);
		exit(2);
	}
	if (pipe(fd)) {
		perror("pipe");
		exit(1);
	}
	switch (fork()) {
	case -1:
		perror("fork");
		exit(1);
	case 0:
		read_whole(fd[0], &len, sizeof(len));

		char *message = malloc(len + 1);

		read_whole(fd[0], message, len);
		dprintf(1, "Proc %ld read: ", (long)getpid());
		message[len] = '\n';
		for (size_t done = 0; done < len + 1;)
			done += (size_t)write(1, message + done, len + 1 - done);
		free(message);
		_exit(0);
	default:
		len = strlen(argv[1]);
		write(fd[1], &len, sizeof(len));
		for (size_t at = 0; at < len; at += 13)
			write(fd[1], argv[1] + at, len - at < 13 ? len - at : 13);
		while (wait(&status) == -1)
			;
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
}
