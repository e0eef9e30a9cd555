/* Takes all memory there is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	for (;;) {
		char *p = malloc(1 << 24);

		if (!p)
			break;
		memset(p, 1, 1 << 24);
	}
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
