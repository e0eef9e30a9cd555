/* Attaches to its parent as a debugger. */
#include <stdio.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(void)
{
	ptrace(PTRACE_SEIZE, getppid(), 0, 0);
	ptrace(PTRACE_ATTACH, 1, 0, 0);
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
