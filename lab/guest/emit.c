/*
 * emit N: writes the numbers 1 to N, one a line, and exits 0. Exercises run it where a student
 * would run `seq` or `ls`: the lab's own programs do the same on every machine.
 *
 * It writes line by line without stdio's buffer, so that what was written before a SIGPIPE is
 * known.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	char *end = NULL;
	long count = argc == 2 ? strtol(argv[1], &end, 10) : -1;

	if (count < 0 || end == argv[1] || *end != '\0') {
		fputs("usage: emit N\n", stderr);
		return 2;
	}
	for (long i = 1; i <= count; i++) {
		char line[32];
		int len = snprintf(line, sizeof(line), "%ld\n", i);

		if (write(STDOUT_FILENO, line, (size_t)len) != len) {
			perror("emit: write");
			return 1;
		}
	}
	return 0;
}
