/* private TIMES: loops over arrays that nobody else sees; prints the ms of processor time. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SIZE 4096

static long a[SIZE], b[SIZE];

int main(int argc, char **argv)
{
	long times = argc > 1 ? atol(argv[1]) : 1000;
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (long k = 0; k < times; k++) {
		for (int i = 0; i < SIZE; i++)
			a[i] = b[(i * 7) % SIZE] + i;
		for (int i = 1; i < SIZE; i++)
			b[i] ^= a[i - 1];
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	printf("%.2f\n", (double)(to.tv_sec - from.tv_sec) * 1e3 +
				 (double)(to.tv_nsec - from.tv_nsec) / 1e6);
	return a[b[7] & (SIZE - 1)] == 1;
}
