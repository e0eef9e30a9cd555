/*
 * Unusual: no call of a queue ever blocks. Queues are opened with O_NONBLOCK, and where there is
 * nothing to receive, or no room, poll(2) waits: on Linux the descriptor of a queue is a file
 * descriptor. The text is handed over as it is, the message is printed byte by byte.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *name;

static int oops(void)
{
	char *why = strerror(errno);

	return fprintf(stderr, "mq: %s: %s\n", name, why) < 0 ? 3 : 1;
}

static void wait_until(mqd_t queue, short what)
{
	poll(&(struct pollfd){.fd = queue, .events = what}, 1, -1);
}

static int create(char **args)
{
	struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = 2048};

	if (args[0]) {
		attr.mq_maxmsg = atol(args[0]);
		attr.mq_msgsize = atol(args[1]);
	}
	return mq_open(name, O_CREAT | O_EXCL | O_WRONLY, S_IRUSR | S_IWUSR, &attr) < 0 ? oops()
											: 0;
}

static int put(const char *priority, const char *text)
{
	mqd_t queue = mq_open(name, O_WRONLY | O_NONBLOCK);

	if (queue < 0)
		return oops();
	while (mq_send(queue, text, strlen(text), (unsigned)atoi(priority)) < 0) {
		if (errno != EAGAIN)
			return oops();
		wait_until(queue, POLLOUT);
	}
	return 0;
}

static int take(void)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK);
	struct mq_attr attr;
	unsigned priority;
	ssize_t n;

	if (queue < 0 || mq_getattr(queue, &attr) < 0)
		return oops();

	char bytes[attr.mq_msgsize];

	while ((n = mq_receive(queue, bytes, sizeof(bytes), &priority)) < 0) {
		if (errno != EAGAIN)
			return oops();
		wait_until(queue, POLLIN);
	}
	printf("Read %d bytes; priority = %u\n", (int)n, priority);
	for (ssize_t i = 0; i < n; i++)
		putchar((unsigned char)bytes[i]);
	puts("");
	return 0;
}

static int info(void)
{
	mqd_t queue = mq_open(name, O_WRONLY);
	struct mq_attr attr;

	if (queue == -1 || mq_getattr(queue, &attr) != 0)
		return oops();
	printf("maxmsg=%li msgsize=%li curmsgs=%li\n", attr.mq_maxmsg, attr.mq_msgsize,
		attr.mq_curmsgs);
	return mq_close(queue);
}

static int is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

int main(int argc, char *argv[])
{
	if (argc >= 3) {
		const char *command = argv[1];

		name = argv[2];
		if (!strcmp(command, "create") &&
			(argc == 3 || (argc == 5 && is_number(argv[3]) && is_number(argv[4]))))
			return create(argv + 3);
		if (!strcmp(command, "send") && argc == 5 && is_number(argv[3]))
			return put(argv[3], argv[4]);
		if (!strcmp(command, "recv") && argc == 3)
			return take();
		if (!strcmp(command, "info") && argc == 3)
			return info();
		if (!strcmp(command, "unlink") && argc == 3)
			return mq_unlink(name) ? oops() : 0;
	}
	fprintf(stderr, "usage: mq COMMAND /Q ...\n");
	return 2;
}
