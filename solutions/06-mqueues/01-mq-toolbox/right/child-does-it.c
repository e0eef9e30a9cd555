/*
 * Unusual: each command is done by a child process, with a descriptor that it has inherited; the
 * parent waits and hands its status on. Waiting is by mq_timedreceive(3) and mq_timedsend(3) with a
 * deadline, again and again, and the queue is looked at by descriptor number, which is 0: standard
 * input is closed first.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int told(const char *name)
{
	fflush(stdout);
	fprintf(stderr, "mq: %s: %m\n", name);
	return 1;
}

static struct timespec in_a_minute(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += 60;
	return now;
}

static int work(const char *command, const char *name, mqd_t queue, char *rest[])
{
	struct timespec deadline = in_a_minute();
	struct mq_attr attr;
	unsigned priority;
	char *bytes;
	ssize_t n;

	switch (*command) {
	case 's':
		while (mq_timedsend(queue, rest[1], strlen(rest[1]), (unsigned)atoi(rest[0]),
			       &deadline) == -1) {
			if (errno != ETIMEDOUT)
				return told(name);
			deadline = in_a_minute();
		}
		return 0;
	case 'i':
		if (mq_getattr(queue, &attr) == -1)
			return told(name);
		printf("maxmsg=%ld ", attr.mq_maxmsg);
		printf("msgsize=%ld ", attr.mq_msgsize);
		printf("curmsgs=%ld\n", attr.mq_curmsgs);
		return 0;
	case 'r':
		if (mq_getattr(queue, &attr) == -1)
			return told(name);
		bytes = calloc(1, (size_t)attr.mq_msgsize + 1);
		while ((n = mq_timedreceive(queue, bytes, (size_t)attr.mq_msgsize + 1, &priority,
				&deadline)) == -1 &&
			errno == ETIMEDOUT)
			deadline = in_a_minute();
		if (n == -1)
			return told(name);
		printf("Read %zd bytes; priority = %u\n%s\n", n, priority, bytes);
		free(bytes);
		return 0;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	const char *command = argc > 2 ? argv[1] : "", *name = argv[argc > 2 ? 2 : 0];
	int flags = O_RDWR, status, create = !strcmp(command, "create"),
	    send = !strcmp(command, "send");
	long a = 10, b = 2048;
	char x;

	if (argc == 5 && sscanf(argv[3], "%ld%c", &a, &x) != 1)
		create = send = 0;
	if (argc == 5 && create && sscanf(argv[4], "%ld%c", &b, &x) != 1)
		create = 0;
	if (!(create && (argc == 3 || argc == 5)) && !(send && argc == 5) &&
		!(argc == 3 && (!strcmp(command, "recv") || !strcmp(command, "info") ||
				       !strcmp(command, "unlink")))) {
		fputs("usage: mq create|send|recv|info|unlink /Q [ARGUMENT]...\n", stderr);
		return 2;
	}
	if (*command == 'u')
		return mq_unlink(name) == -1 ? told(name) : 0;

	struct mq_attr attr = {.mq_maxmsg = a, .mq_msgsize = b};

	if (create)
		flags |= O_CREAT | O_EXCL;
	close(0);

	mqd_t queue = mq_open(name, flags, 0600, &attr);

	if (queue == (mqd_t)-1)
		return told(name);
	switch (fork()) {
	case -1:
		return told(name);
	case 0:
		exit(work(command, name, queue, argv + 3));
	}
	wait(&status);
	return WEXITSTATUS(status);
}
