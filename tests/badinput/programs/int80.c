/* The kernel's entrance for programs of 32 bits. */
#include <stdio.h>

int main(void)
{
	long pid;

	printf("before\n");
	fflush(stdout);
	__asm__ volatile("int $0x80" : "=a"(pid) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
	printf("pid=%ld\n", pid);
	return 0;
}
