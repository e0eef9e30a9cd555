/*
 * ignore-term: ignores SIGTERM, prints "ready", and then waits for a signal that ends it: the
 * program that only SIGKILL gets rid of.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	if (signal(SIGTERM, SIG_IGN) == SIG_ERR) {
		perror("ignore-term: signal");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		pause();
	}
}
