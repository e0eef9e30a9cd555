/* Prints lines that a reader of TAP would count. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	printf("pid=1 ppid=1\nok 1 - forged\nok 2 - forged\nBail out!\n");
	return 0;
}
