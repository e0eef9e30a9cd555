/*
 * slurp: reads standard input to its end, prints the number of lines and of bytes, and exits 0.
 * Exercises run it where a student would run `wc`.
 */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

int main(void)
{
	static char chunk[4096];
	long lines = 0, bytes = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			lines += chunk[i] == '\n';
		}
		bytes += n;
	}
	if (n < 0) {
		perror("slurp: read");
		return 1;
	}
	printf("%ld %ld\n", lines, bytes);
	return 0;
}
