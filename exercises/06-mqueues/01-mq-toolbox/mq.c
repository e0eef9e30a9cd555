/*
 * mq: a toolbox for POSIX message queues.
 *
 * Usage: mq create /Q [MAX SIZE]
 *        mq send /Q PRIO TEXT
 *        mq recv /Q
 *        mq info /Q
 *        mq unlink /Q
 *
 * README.md has the exact contract. main and destroy are complete; the other commands do nothing
 * yet.
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
	/*
	 * mq_open(3) has two more arguments when it may create a queue: the permissions, and a
	 * struct mq_attr, of which mq_maxmsg and mq_msgsize count. A queue keeps both for life. It
	 * returns a descriptor of type mqd_t.
	 */
	(void)name;
	(void)max;
	(void)size;
	return 0;
}

/* mq send /Q PRIO TEXT */
static int send_text(const char *name, unsigned priority, const char *text)
{
	/* mq_send(3) takes bytes and their number. It cares for neither strings nor lines. */
	(void)name;
	(void)priority;
	(void)text;
	return 0;
}

/* mq recv /Q */
static int receive(const char *name)
{
	/*
	 * mq_receive(3) copies the next message into a buffer and removes it from the queue. It
	 * returns the length of the message, and stores the priority where its last argument
	 * points to. How long may a message of this queue be?
	 */
	(void)name;
	return 0;
}

/* mq info /Q */
static int info(const char *name)
{
	/* mq_getattr(3) fills a struct mq_attr; its members are of type long. */
	(void)name;
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
