/*
 * Signals that are ignored, by SIG_IGN or by default, end no sleep. Natively the sleeper does not
 * even wake; under ptrace every signal stops it, and some calls would fail with EINTR then.
 *
 * The child sleeps in the call; the parent sends ignored signals when it sees it sleep, and then
 * what ends the sleep.
 */
#ifndef DISTURB_H
#define DISTURB_H

#include "rows.h"

/* SLEEP in a child, signals, then WAKE. */
UNUSED static void disturb(void (*sleep_in)(void), void (*wake)(pid_t pid))
{
	int value;
	pid_t pid;

	signal(SIGUSR1, SIG_IGN);
	pid = child(sleep_in);
	for (int i = 0; i < 2; i++) {
		await_sleep(pid);
		kill(pid, SIGWINCH);
		kill(pid, SIGCHLD);
		kill(pid, SIGUSR1);
		kill(pid, SIGURG);
		kill(pid, SIGCONT);
	}
	await_sleep(pid);
	wake(pid);
	waitpid(pid, &value, 0);
	status("the child", value);
}

#endif
