/* Prints without end. */
#include <stdio.h>

int main(void)
{
	for (;;)
		puts("pid=1 ppid=1 and so on, and on, and on, and on, and on, and on, and on");
}
