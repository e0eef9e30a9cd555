/* A call by int 0x80, whose numbers are those of 32-bit programs. */
#include <stdio.h>

int main(void)
{
	long pid;

	printf("before\n");
	fflush(stdout);
	__asm__ volatile("int $0x80" : "=a"(pid) : "a"(20L) : "memory");
	printf("pid=%ld\n", pid);
	return 0;
}
