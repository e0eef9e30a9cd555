/*
 * knock PID NUMBER [TIMES]: sends signal NUMBER to process PID, and exits 0. With TIMES, that
 * often: each but the first when a line has come on standard input. Unlike a signal that a test
 * sends from outside, its kill(2) is a step of a process, which a schedule can put anywhere.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* 0: there will be none. */
static int line_came(void)
{
	char c = 0;

	while (c != '\n')
		if (read(STDIN_FILENO, &c, 1) != 1)
			return 0;
	return 1;
}

int main(int argc, char *argv[])
{
	int pid = argc >= 3 ? atoi(argv[1]) : 0, number = argc >= 3 ? atoi(argv[2]) : 0;
	int times = argc == 4 ? atoi(argv[3]) : 1;

	if (pid <= 0 || number <= 0 || times <= 0 || argc > 4) {
		fputs("usage: knock PID NUMBER [TIMES]\n", stderr);
		return 2;
	}
	for (int i = 0; i < times; i++) {
		if (i > 0 && !line_came())
			return 1;
		if (kill(pid, number) != 0) {
			perror("knock: kill");
			return 1;
		}
	}
	return 0;
}
