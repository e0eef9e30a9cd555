/*
 * nap SECONDS [awake]: sleeps that long (fractions are fine) and exits 0. With "awake" it catches
 * every signal that can be caught, does nothing about it, and sleeps on.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void on_signal(int sig)
{
	(void)sig;
}

/* The kernel and the library refuse some. */
static void catch_all(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	for (int sig = 1; sig <= SIGRTMAX; sig++)
		sigaction(sig, &action, NULL);
}

int main(int argc, char *argv[])
{
	char *end = NULL;
	double seconds = argc >= 2 ? strtod(argv[1], &end) : -1;

	if (end == NULL || end == argv[1] || *end != '\0' || !(seconds >= 0 && seconds < 1e9) ||
		argc > 3 || (argc == 3 && strcmp(argv[2], "awake") != 0)) {
		fputs("usage: nap SECONDS [awake]\n", stderr);
		return 2;
	}
	if (argc == 3)
		catch_all();
	struct timespec left = {.tv_sec = (time_t)seconds};

	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) != 0) {
	}
	return 0;
}
