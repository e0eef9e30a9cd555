/*
 * knock PID NUMBER: sends signal NUMBER to process PID, once, and exits 0. Unlike a signal that a
 * test sends from outside, its kill(2) is a step of a process, which a schedule can put anywhere.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
	int pid = argc == 3 ? atoi(argv[1]) : 0, number = argc == 3 ? atoi(argv[2]) : 0;

	if (pid <= 0 || number <= 0) {
		fputs("usage: knock PID NUMBER\n", stderr);
		return 2;
	}
	if (kill(pid, number) != 0) {
		perror("knock: kill");
		return 1;
	}
	return 0;
}
