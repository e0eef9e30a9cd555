/* Ctrl-C, as a descriptor to wait on: the handler writes one byte to a pipe, see interrupt.h. */
#include "config.h"

#include "runner/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int ends[2] = {-1, -1};
static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	int saved = errno;
	ssize_t ignored;

	if (!caught)
		caught = sig;
	ignored = write(ends[1], "!", 1);
	(void)ignored; /* a full pipe is readable all the same */
	errno = saved;
}

int interrupt_open(struct lab_error *e)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (ends[0] >= 0)
		return ends[0];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction old;

		/* nohup(1) and background jobs of old shells: what is ignored stays ignored */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	return ends[0];
}

int interrupt_signal(void)
{
	return caught;
}
