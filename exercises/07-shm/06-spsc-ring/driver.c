/*
 * What is around the ring: one process puts the numbers from 1 to N into it, another one gets them
 * out again. Both say what they have done. ("ipclab check" brings its own copy of this file.)
 *
 * Usage: spsc-ring N [producer|consumer]
 *
 * Whoever is named begins only when standard input has come to its end.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What spsc-ring.c has. */
int ring_create(void); /* once, before there are two processes; 0, or -1 with errno set */
void ring_put(int item);
int ring_get(void);

static void wait_for_end_of_input(void)
{
	char bytes[80];

	while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
		;
}

/* A write(2) for each line, so that the lines come in the order of what they tell. */
static void say(const char *what, int item)
{
	char line[40];

	if (write(STDOUT_FILENO, line, (size_t)sprintf(line, "%s %d\n", what, item)) == -1)
		_exit(1);
}

static void produce(int n)
{
	for (int i = 1; i <= n; i++) {
		ring_put(i);
		say("put", i);
	}
}

static void consume(int n)
{
	for (int i = 1; i <= n; i++)
		say("got", ring_get());
}

/* The child that does WORK; -1 after a failure. */
static pid_t start(void (*work)(int), int n, bool late)
{
	pid_t pid = fork();

	if (pid == -1)
		perror("spsc-ring: fork");
	if (pid == 0) {
		if (late)
			wait_for_end_of_input();
		work(n);
		_exit(0);
	}
	return pid;
}

/* Returns 0 if both sides have ended well, or 1. */
static int run(int n, const char *late)
{
	pid_t producer = start(produce, n, strcmp(late, "producer") == 0);
	pid_t consumer = producer == -1 ? -1 : start(consume, n, strcmp(late, "consumer") == 0);
	int status, result = consumer == -1;

	if (producer != -1 && consumer == -1)
		kill(producer, SIGTERM); /* it would wait for ever, in a ring that is full */
	while (wait(&status) != -1)
		if (status != 0)
			result = 1;
	return result;
}

int main(int argc, char *argv[])
{
	int n = argc > 1 ? atoi(argv[1]) : 0;

	if (n < 1) {
		fputs("usage: spsc-ring N [producer|consumer]\n", stderr);
		return 2;
	}
	if (ring_create() == -1) {
		perror("spsc-ring: ring_create");
		return 1;
	}
	return run(n, argc > 2 ? argv[2] : "");
}
