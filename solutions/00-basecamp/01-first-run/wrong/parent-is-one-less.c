/*
 * Takes the number of the parent for the one before its own. On a quiet machine that may even be
 * true.
 *
 * check: ppid_is_its_parents
 * message: the number before that of the process itself
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getpid() - 1);

	return EXIT_SUCCESS;
}
