/*
 * Has seen a queue of five messages, and takes no more than five out.
 *
 * check: drain_takes_what_is_there
 * message: is not what it should be
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <signal.h>
#include <stdbool.h>
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

/* Takes a message and prints it and a newline; what mq_receive returned. UNTIL NULL: no deadline.
 */
static ssize_t take(mqd_t queue, const struct timespec *until)
{
	struct mq_attr attr;
	char *bytes;
	ssize_t n;

	/* The buffer must have room for the largest message of this queue. */
	if (mq_getattr(queue, &attr) == -1)
		return -1;
	bytes = malloc((size_t)attr.mq_msgsize);
	if (!bytes)
		return -1;
	n = until ? mq_timedreceive(queue, bytes, (size_t)attr.mq_msgsize, NULL, until)
		  : mq_receive(queue, bytes, (size_t)attr.mq_msgsize, NULL);
	if (n > 0)
		fwrite(bytes, 1, (size_t)n, stdout);
	if (n >= 0)
		putchar('\n');
	free(bytes);
	return n;
}

/* mq2 trysend /Q TEXT */
static int try_send(const char *name, const char *text)
{
	/* With O_NONBLOCK the calls fail with EAGAIN where they would wait. */
	mqd_t queue = mq_open(name, O_WRONLY | O_NONBLOCK);

	if (queue == (mqd_t)-1)
		return failed(name);
	if (mq_send(queue, text, strlen(text), 0) == -1)
		return errno == EAGAIN ? NO_ROOM : failed(name);
	return 0;
}

/* mq2 drain /Q */
static int drain(const char *name)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK);

	if (queue == (mqd_t)-1)
		return failed(name);
	for (int i = 0; i < 5; i++)
		if (take(queue, NULL) == -1)
			return errno == EAGAIN ? 0 : failed(name);
	return 0;
}

/* mq2 recv -t SECS /Q */
static int receive(const char *name, long secs)
{
	struct timespec until;
	mqd_t queue;

	/* The deadline is a moment, by CLOCK_REALTIME: now, and SECS later. */
	if (clock_gettime(CLOCK_REALTIME, &until) == -1)
		return failed(name);
	until.tv_sec += secs;
	queue = mq_open(name, O_RDONLY);
	if (queue == (mqd_t)-1)
		return failed(name);
	if (take(queue, &until) == -1)
		return errno == ETIMEDOUT ? TIMED_OUT : failed(name);
	return 0;
}

/* Sends the texts 1 to N without waiting; how many there was room for, -1 at a failure. */
static long offer(mqd_t queue, long n, bool stop_when_full)
{
	char text[32];
	long sent = 0;

	for (long i = 1; i <= n; i++) {
		snprintf(text, sizeof(text), "%ld", i);
		if (mq_send(queue, text, strlen(text), 0) == 0)
			sent++;
		else if (errno != EAGAIN)
			return -1;
		else if (stop_when_full)
			break;
	}
	return sent;
}

/* mq2 fill /Q N */
static int fill(const char *name, long n)
{
	mqd_t queue = mq_open(name, O_WRONLY | O_NONBLOCK);
	long sent;

	if (queue == (mqd_t)-1)
		return failed(name);
	sent = offer(queue, n, true);
	if (sent == -1)
		return failed(name);
	printf("sent %ld\n", sent);
	return 0;
}

/* The child of feed: prints messages until an empty one comes. */
static int consume(const char *name)
{
	/*
	 * A descriptor of its own, without O_NONBLOCK. That flag is the open queue description's,
	 * and one that came through fork(2) would be the parent's, too.
	 */
	mqd_t queue = mq_open(name, O_RDONLY);
	struct mq_attr attr;
	ssize_t n = -1;
	char *bytes;

	if (queue == (mqd_t)-1 || mq_getattr(queue, &attr) == -1)
		return failed(name);
	bytes = malloc((size_t)attr.mq_msgsize);
	if (!bytes)
		return failed(name);
	while ((n = mq_receive(queue, bytes, (size_t)attr.mq_msgsize, NULL)) > 0)
		printf("%.*s\n", (int)n, bytes);
	free(bytes);
	if (n == -1)
		return failed(name);
	return fflush(stdout) == 0 ? 0 : 1;
}

/* mq2 feed /Q N */
static int feed(const char *name, long n)
{
	mqd_t queue = mq_open(name, O_WRONLY | O_NONBLOCK);
	int status = 0;
	pid_t child;
	long sent;

	if (queue == (mqd_t)-1)
		return failed(name);
	child = fork();
	if (child == -1)
		return failed(name);
	if (child == 0) {
		mq_close(queue);
		_exit(consume(name));
	}
	sent = offer(queue, n, false);
	mq_close(queue);
	/* For the end there shall be room: a second description, which waits. */
	queue = mq_open(name, O_WRONLY);
	if (sent == -1 || queue == (mqd_t)-1 || mq_send(queue, "", 0, 0) == -1) {
		failed(name);
		kill(child, SIGTERM);
		waitpid(child, NULL, 0);
		return 1;
	}
	if (waitpid(child, &status, 0) == -1 || status != 0)
		return 1;
	printf("dropped %ld\n", n - sent);
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
