/*
 * Reads SECS with atoi(3), which makes 0 of everything it does not understand: `ticker x` sleeps
 * for 0 seconds between two lines, that is, not at all.
 *
 * check: refuses_what_is_no_number
 * message: printed %d lines although the argument is no number
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: ticker SECS\n");
		return 2;
	}

	/* atoi has no way to say "that was no number": 0 is also what it returns for "0". */
	unsigned seconds = (unsigned)atoi(argv[1]);

	for (int n = 0;; n++) {
		printf("%d: %d\n", (int)getpid(), n);
		fflush(stdout);
		sleep(seconds);
	}
}
