/*
 * mq: a toolbox for POSIX message queues.
 *
 * Usage: mq create /Q [MAX SIZE]
 *        mq send /Q PRIO TEXT
 *        mq recv /Q
 *        mq info /Q
 *        mq unlink /Q
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A call on queue NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "mq: %s: %s\n", name, strerror(errno));
	return 1;
}

/* mq unlink /Q */
static int destroy(const char *name)
{
	/* mq_unlink(3) removes the name at once, the queue when nobody has it open any more. */
	if (mq_unlink(name) == -1)
		return failed(name);
	return 0;
}

/* mq create /Q MAX SIZE */
static int create(const char *name, long max, long size)
{
	struct mq_attr attr = {.mq_maxmsg = max, .mq_msgsize = size};
	mqd_t queue;

	/*
	 * O_CREAT makes the queue if it is not there. O_EXCL makes mq_open(3) fail if it is:
	 * without it an old queue would just be opened, with its messages, and ATTR would count for
	 * nothing. Without an access mode the flags would mean O_RDONLY, which would do here, too.
	 */
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	/* A descriptor may be any number but -1, also 0. */
	if (queue == (mqd_t)-1)
		return failed(name);
	/* mq_close(3) closes the descriptor. The queue stays. */
	if (mq_close(queue) == -1)
		return failed(name);
	return 0;
}

/* mq send /Q PRIO TEXT */
static int send_text(const char *name, unsigned priority, const char *text)
{
	mqd_t queue = mq_open(name, O_WRONLY);

	if (queue == (mqd_t)-1)
		return failed(name);
	/* mq_send(3) waits while the queue is full. A message is sent whole, or not at all. */
	if (mq_send(queue, text, strlen(text), priority) == -1)
		return failed(name);
	mq_close(queue);
	return 0;
}

/* mq recv /Q */
static int receive(const char *name)
{
	mqd_t queue = mq_open(name, O_RDONLY);
	struct mq_attr attr;
	unsigned priority;
	char *bytes;
	ssize_t n;

	if (queue == (mqd_t)-1)
		return failed(name);
	/*
	 * The kernel wants room for the largest message that this queue may hold, before it looks
	 * at the one that is there: with less, mq_receive(3) fails with EMSGSIZE.
	 */
	if (mq_getattr(queue, &attr) == -1)
		return failed(name);
	bytes = malloc((size_t)attr.mq_msgsize);
	if (bytes == NULL)
		return failed(name);
	/* Takes the oldest of the messages with the highest priority; waits while there is none. */
	n = mq_receive(queue, bytes, (size_t)attr.mq_msgsize, &priority);
	if (n == -1)
		return failed(name);
	/* n bytes came, and no '\0' behind them: what follows in the buffer is what malloc left. */
	printf("Read %zd bytes; priority = %u\n", n, priority);
	fwrite(bytes, 1, (size_t)n, stdout);
	putchar('\n');
	free(bytes);
	mq_close(queue);
	return 0;
}

/* mq info /Q */
static int info(const char *name)
{
	/* Any access mode will do for mq_getattr(3). */
	mqd_t queue = mq_open(name, O_RDONLY);
	struct mq_attr attr;

	if (queue == (mqd_t)-1)
		return failed(name);
	if (mq_getattr(queue, &attr) == -1)
		return failed(name);
	printf("maxmsg=%ld msgsize=%ld curmsgs=%ld\n", attr.mq_maxmsg, attr.mq_msgsize,
		attr.mq_curmsgs);
	mq_close(queue);
	return 0;
}

/* The number that TEXT is, from 0 to INT_MAX; -1 if it is none. */
static long number(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || value < 0 || value > INT_MAX)
		return -1;
	return value;
}

static int usage(void)
{
	fputs("usage: mq create /Q [MAX SIZE]\n"
	      "       mq send /Q PRIO TEXT\n"
	      "       mq recv|info|unlink /Q\n",
		stderr);
	return 2;
}

int main(int argc, char *argv[])
{
	const char *command = argc > 1 ? argv[1] : "";
	long first = argc > 3 ? number(argv[3]) : 10;
	long second = argc > 4 ? number(argv[4]) : 2048;

	if (strcmp(command, "create") == 0 && (argc == 3 || argc == 5) && first >= 0 && second >= 0)
		return create(argv[2], first, second);
	if (strcmp(command, "send") == 0 && argc == 5 && first >= 0)
		return send_text(argv[2], (unsigned)first, argv[4]);
	if (strcmp(command, "recv") == 0 && argc == 3)
		return receive(argv[2]);
	if (strcmp(command, "info") == 0 && argc == 3)
		return info(argv[2]);
	if (strcmp(command, "unlink") == 0 && argc == 3)
		return destroy(argv[2]);
	return usage();
}
