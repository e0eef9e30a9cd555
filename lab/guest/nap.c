/* nap S: sleeps S seconds (fractions are fine) and exits 0. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char *argv[])
{
	char *end = NULL;
	double seconds = argc == 2 ? strtod(argv[1], &end) : -1;

	if (end == NULL || end == argv[1] || *end != '\0' || !(seconds >= 0 && seconds < 1e9)) {
		fputs("usage: nap SECONDS\n", stderr);
		return 2;
	}
	struct timespec left = {.tv_sec = (time_t)seconds};

	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) != 0) {
	}
	return 0;
}
