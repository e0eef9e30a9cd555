/*
 * Unusual: asks the kernel by syscall(2) instead of through the C library's functions, prints in
 * pieces with an unbuffered stream, and ends by exit(3) from a function other than main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void finish(void)
{
	exit(0);
}

int main(void)
{
	/* With _IONBF every call of stdio below becomes a write(2) of its own. */
	setvbuf(stdout, NULL, _IONBF, 0);
	fputs("pid=", stdout);
	/* syscall(2) takes the number of a system call and its arguments, returns its result. */
	fprintf(stdout, "%ld", syscall(SYS_getpid));
	fputc(' ', stdout);
	fputs("ppid=", stdout);
	fprintf(stdout, "%ld", syscall(SYS_getppid));
	putchar('\n');
	finish();
}
