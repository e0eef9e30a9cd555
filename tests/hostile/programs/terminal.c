/* Prints sequences that would paint over a terminal and set its title. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	printf("\033[2J\033]0;owned\007\033[31mpid=%ld\r\n", (long)getpid());
	return 0;
}
