/*
 * end exit N: exits with status N. end signal N: sends itself signal N, and exits 0 if it outlives
 * that. For exercises on what a parent makes of the way in which a child ended.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char *argv[])
{
	char *end = NULL;
	long number = argc == 3 ? strtol(argv[2], &end, 10) : -1;

	if (number < 0 || number > 255 || end == argv[2] || *end != '\0' ||
		(strcmp(argv[1], "exit") != 0 && strcmp(argv[1], "signal") != 0)) {
		fputs("usage: end exit N | end signal N\n", stderr);
		return 2;
	}
	if (strcmp(argv[1], "exit") == 0)
		return (int)number;
	raise((int)number);
	return 0;
}
