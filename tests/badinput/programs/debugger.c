/* Wants to be traced, and to trace. */
#include <stdio.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(void)
{
	printf("%ld %ld\n", ptrace(PTRACE_TRACEME, 0, 0, 0), ptrace(PTRACE_SEIZE, getppid(), 0, 0));
	return 0;
}
