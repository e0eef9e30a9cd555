/*
 * Unusual: the handler prints the line itself, with write(2), and ends the process after the last
 * one, with _exit(2). Main has nothing to look at, so it can sleep at any time.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int last;
static volatile sig_atomic_t number;

static void say(const char *line)
{
	if (write(1, line, strlen(line)) == -1)
		_exit(1);
}

static void on_usr1(int sig)
{
	char line[12];
	int at = sizeof(line) - 1, rest = ++number;

	line[at] = '\0';
	line[--at] = '\n';
	for (; rest > 0; rest /= 10)
		line[--at] = (char)('0' + rest % 10);
	say(line + at);
	if (sig == SIGUSR1 && number == last)
		_exit(0);
}

int main(int argc, char *argv[])
{
	if (argc != 2 || (last = atoi(argv[1])) < 1) {
		fprintf(stderr, "usage: waiter N\n");
		return 2;
	}
	signal(SIGUSR1, on_usr1);
	say("ready\n");
	for (;;)
		pause();
}
