/*
 * Makes both ends non-blocking and tries again at once, for as long as it takes.
 *
 * check: a_few_lines_come_back
 * message: EAGAIN means "not now": wait until it can work
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
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

/* Writes all LEN bytes: write(2) may take fewer than it is offered, and returns how many. */
static void write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n == -1)
			die("shout: write");
		bytes += n;
		len -= (size_t)n;
	}
}

/* The filter. It answers block by block, and keeps nothing to itself. */
static void upper(int from, int to)
{
	char block[BLOCK];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			block[i] = (char)toupper((unsigned char)block[i]);
		write_all(to, block, (size_t)n);
	}
	if (n == -1)
		die("upper: read");
}

/* Sends the input and takes the answer, whichever is possible. */
static void talk(int to, int from)
{
	char out[BLOCK], in[BLOCK];
	ssize_t len = 0, used = 0, n;

	fcntl(to, F_SETFL, O_WRONLY | O_NONBLOCK);
	fcntl(from, F_SETFL, O_RDONLY | O_NONBLOCK);
	for (;;) {
		if (to != -1 && used == len) {
			len = read(STDIN_FILENO, out, sizeof(out));
			used = 0;
			if (len <= 0) {
				close(to);
				to = -1;
			}
		}
		if (to != -1) {
			n = write(to, out + used, (size_t)(len - used));
			if (n > 0)
				used += n;
		}
		n = read(from, in, sizeof(in));
		if (n > 0)
			write_all(STDOUT_FILENO, in, (size_t)n);
		else if (n == 0 || errno != EAGAIN)
			break;
	}
}

int main(void)
{
	int question[2], answer[2]; /* [0] is to read, [1] to write */
	pid_t child;

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

	talk(question[1], answer[0]);

	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
