/*
 * mq2: what to do when a message queue is full, or empty.
 *
 * Usage: mq2 create /Q MAX SIZE
 *        mq2 unlink /Q
 *        mq2 trysend /Q TEXT
 *        mq2 drain /Q
 *        mq2 recv -t SECS /Q
 *        mq2 fill /Q N
 *        mq2 feed /Q N
 *
 * README.md has the exact contract. main, create and unlink are complete; the other commands are
 * yours to write.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMED_OUT 3 /* exit statuses */
#define NO_ROOM   4

/* A call on queue NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "mq2: %s: %s\n", name, strerror(errno));
	return 1;
}

/* mq2 create /Q MAX SIZE */
static int create(const char *name, long max, long size)
{
	struct mq_attr attr = {.mq_maxmsg = max, .mq_msgsize = size};

	/* O_EXCL: never open a queue that is there already. */
	if (mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr) == (mqd_t)-1)
		return failed(name);
	return 0;
}

/* mq2 unlink /Q */
static int destroy(const char *name)
{
	if (mq_unlink(name) == -1)
		return failed(name);
	return 0;
}

/* mq2 trysend /Q TEXT: sends it, or finds that there is no room. */
static int try_send(const char *name, const char *text)
{
	(void)name;
	(void)text;
	return 0;
}

/* mq2 drain /Q: takes all the messages that are there. */
static int drain(const char *name)
{
	(void)name;
	return 0;
}

/* mq2 recv -t SECS /Q: waits for a message, but not for ever. */
static int receive(const char *name, long secs)
{
	(void)name;
	(void)secs;
	return 0;
}

/* mq2 fill /Q N: sends until N messages are sent, or the queue is full. */
static int fill(const char *name, long n)
{
	(void)name;
	(void)n;
	return 0;
}

/* mq2 feed /Q N: the child waits for messages, the parent waits for nothing. */
static int feed(const char *name, long n)
{
	(void)name;
	(void)n;
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
	fputs("usage: mq2 create /Q MAX SIZE\n"
	      "       mq2 trysend /Q TEXT\n"
	      "       mq2 recv -t SECS /Q\n"
	      "       mq2 fill|feed /Q N\n"
	      "       mq2 drain|unlink /Q\n",
		stderr);
	return 2;
}

int main(int argc, char *argv[])
{
	const char *command = argc > 1 ? argv[1] : "";
	long third = argc > 3 ? number(argv[3]) : -1;
	long fourth = argc > 4 ? number(argv[4]) : -1;

	if (strcmp(command, "create") == 0 && argc == 5 && third >= 0 && fourth >= 0)
		return create(argv[2], third, fourth);
	if (strcmp(command, "unlink") == 0 && argc == 3)
		return destroy(argv[2]);
	if (strcmp(command, "trysend") == 0 && argc == 4)
		return try_send(argv[2], argv[3]);
	if (strcmp(command, "drain") == 0 && argc == 3)
		return drain(argv[2]);
	if (strcmp(command, "recv") == 0 && argc == 5 && strcmp(argv[2], "-t") == 0 && third >= 0)
		return receive(argv[4], third);
	if (strcmp(command, "fill") == 0 && argc == 4 && third >= 0)
		return fill(argv[2], third);
	if (strcmp(command, "feed") == 0 && argc == 4 && third >= 0)
		return feed(argv[2], third);
	return usage();
}
