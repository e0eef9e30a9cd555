/* Prints what a check printed once. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	puts("pid=5207 ppid=3391");
	return 0;
}
