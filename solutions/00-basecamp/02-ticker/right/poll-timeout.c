/*
 * Unusual: poll(2) with no descriptor to watch, used for nothing but its time-out, in slices of at
 * most a quarter of a second by the clock; and an unbuffered stdout. The number is read by sscanf.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int main(int argc, char *argv[])
{
	int seconds = 0, used = 0;

	/* %n tells how many characters were read: all of them, or it was not just a number. Nine
	 * digits always fit an int; the few longer numbers that fit are not worth a line here... */
	if (argc == 2 && sscanf(argv[1], "%9d%n", &seconds, &used) == 1 && argv[1][used] == '\0')
		;
	else if (argc == 2 && strlen(argv[1]) == 10 && strcmp(argv[1], "2147483647") <= 0 &&
		 strspn(argv[1], "0123456789") == 10)
		seconds = atoi(argv[1]); /* ... but the contract wants them */
	else
		seconds = 0;
	if (seconds < 1) {
		fprintf(stderr, "Usage: ticker SECS\nPrints a line every SECS seconds.\n");
		exit(2);
	}

	setvbuf(stdout, NULL, _IONBF, 0);
	long long due = now_ms();
	for (int n = 0;; n++) {
		printf("%d: %d\n", (int)getpid(), n);
		due += seconds * 1000LL;
		for (long long left; (left = due - now_ms()) > 0;)
			poll(NULL, 0, left < 250 ? (int)left : 250);
	}
}
