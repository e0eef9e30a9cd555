/*
 * There is no deadlock without a second process: does it all in one.
 *
 * check: a_filter_of_its_own
 * message: no process of its own
 */
#include <ctype.h>
#include <stdio.h>

int main(void)
{
	int c;

	while ((c = getchar()) != EOF)
		putchar(toupper(c));
	return 0;
}
