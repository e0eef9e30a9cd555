/*
 * Prints the line on standard error, where diagnostics go, instead of on standard output.
 *
 * check: line_goes_to_standard_output
 * message: arrived on descriptor 2, and %d bytes on descriptor 1
 */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	/* stderr is descriptor 2. In a pipeline, or with > FILE, this line would not be in it. */
	fprintf(stderr, "pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
