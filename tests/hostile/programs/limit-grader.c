/* Takes all descriptors from its parent. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
	const struct rlimit none = {3, 3};

	prlimit(getppid(), RLIMIT_NOFILE, &none, NULL);
	prlimit(1, RLIMIT_NOFILE, &none, NULL);
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
