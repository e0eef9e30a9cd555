/* Brings a strcmp, memcmp and waitpid of its own, for whom it may be linked with. */
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

int strcmp(const char *a, const char *b)
{
	(void)a;
	(void)b;
	return 0;
}

int memcmp(const void *a, const void *b, size_t n)
{
	(void)a;
	(void)b;
	(void)n;
	return 0;
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	(void)options;
	if (status)
		*status = 0;
	return pid;
}

int main(void)
{
	puts("pid=1 ppid=1");
	return 0;
}
