/*
 * A check that one waits for: see plain_check.h. While it runs the signals are blocked and read
 * from a descriptor, as the screens' loop does, so that whatever ends the lab ends the check first.
 */
#include "config.h"

#include "runner/session/plain_check.h"

#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "runner/screen/tty.h"

/* Ctrl-Z stops us, what we wait for goes on, and so do we afterwards: it stays as it is. */
static void choose_signals(sigset_t *set)
{
	tty_signals(set);
	sigdelset(set, SIGTSTP);
	sigdelset(set, SIGCONT);
}

void plain_block(sigset_t *before)
{
	sigset_t signals;

	choose_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, before);
}

bool plain_terminal_gone(void)
{
	struct pollfd fd = {STDIN_FILENO, 0, 0};

	return poll(&fd, 1, 0) > 0;
}

/* The signal that is to end the check, or 0. */
static int read_signals(struct session *s, int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			jobs_reap(&s->jobs);
		else if (info.ssi_signo != SIGWINCH)
			return (int)info.ssi_signo;
	}
	return 0;
}

/* 0, or the signal that cancelled it. */
static int wait_for_verdict(struct session *s, bool terminal, int signals)
{
	while (session_checks(s) || session_looks(s)) {
		struct pollfd fds[] = {{signals, POLLIN, 0}, {s->jobs.results, POLLIN, 0},
			{terminal ? STDIN_FILENO : -1, 0, 0}};
		int by = 0;

		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			by = SIGTERM;
		else if (fds[2].revents)
			by = SIGHUP;
		else if (fds[0].revents)
			by = read_signals(s, signals);
		if (by) {
			session_look_away(s);
			job_cancel(&s->jobs);
			return by;
		}
		session_listen(s);
	}
	return 0;
}

enum plain_end plain_check(struct session *s, const struct check_result *failed, bool terminal,
	int *status, struct lab_error *e)
{
	FD_SCOPED signals = -1;
	sigset_t set;
	int by = -1;

	choose_signals(&set);
	signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		lab_fail_errno(e, LAB_BROKEN, "signalfd");
	else if ((failed ? session_look(s, failed, e) : session_check(s, e)) == 0)
		by = wait_for_verdict(s, terminal, signals);
	if (by < 0)
		return PLAIN_FAILED;
	if (by == 0)
		return PLAIN_VERDICT;
	if (by == SIGINT)
		return PLAIN_CANCELLED;
	*status = 128 + by;
	return PLAIN_ENDED;
}
