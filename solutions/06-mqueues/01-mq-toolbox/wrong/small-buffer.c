/*
 * Gives mq_receive the number of messages that the queue may hold where the length of the buffer
 * belongs, as a widespread set of slides does: both are called something with MAX.
 *
 * check: recv_has_room_for_any_message
 * message: mq_receive failed with EMSGSIZE: 10 < mq_msgsize %d. Ask mq_getattr
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIZE    8192
#define MAX_NUM_MSG 10

/* A call on queue NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "mq: %s: %s\n", name, strerror(errno));
	return 1;
}

/* mq unlink /Q */
static int destroy(const char *name)
{
	if (mq_unlink(name) == -1)
		return failed(name);
	return 0;
}

/* mq create /Q MAX SIZE */
static int create(const char *name, long max, long size)
{
	struct mq_attr attr = {.mq_maxmsg = max, .mq_msgsize = size};
	mqd_t queue;

	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	if (queue == (mqd_t)-1)
		return failed(name);
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
	if (mq_send(queue, text, strlen(text), priority) == -1)
		return failed(name);
	mq_close(queue);
	return 0;
}

/* mq recv /Q */
static int receive(const char *name)
{
	mqd_t queue = mq_open(name, O_RDONLY);
	char bytes[MAX_SIZE];
	unsigned priority;
	ssize_t n;

	if (queue == (mqd_t)-1)
		return failed(name);
	n = mq_receive(queue, bytes, MAX_NUM_MSG, &priority);
	if (n == -1)
		return failed(name);
	printf("Read %zd bytes; priority = %u\n", n, priority);
	fwrite(bytes, 1, (size_t)n, stdout);
	putchar('\n');
	mq_close(queue);
	return 0;
}

/* mq info /Q */
static int info(const char *name)
{
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
