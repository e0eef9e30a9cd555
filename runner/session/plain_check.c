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
		if (by)
			return by;
		session_listen(s);
	}
	return 0;
}

/* BY: 0, or the signal that cancelled it. */
static enum plain_end end_by(struct session *s, int by, int *status)
{
	if (by == 0)
		return PLAIN_VERDICT;
	session_look_away(s);
	job_cancel(&s->jobs);
	if (by == SIGINT)
		return PLAIN_CANCELLED;
	*status = 128 + by;
	return PLAIN_ENDED;
}

static int open_signals(struct lab_error *e)
{
	sigset_t set;
	int fd;

	choose_signals(&set);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? lab_fail_errno(e, LAB_BROKEN, "signalfd") : fd;
}

enum plain_end plain_check(struct session *s, const struct check_result *failed, bool terminal,
	int *status, struct lab_error *e)
{
	FD_SCOPED signals = open_signals(e);

	if (signals < 0 || (failed ? session_look(s, failed, e) : session_check(s, e)) < 0)
		return PLAIN_FAILED;
	return end_by(s, wait_for_verdict(s, terminal, signals), status);
}

/* One turn: what happens next. -1: something was typed; else as wait_for_verdict(). */
static int wait_for_news(struct session *s, bool terminal, int signals)
{
	struct pollfd fds[] = {{signals, POLLIN, 0}, {s->jobs.results, POLLIN, 0},
		{s->watch.fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
	int by;

	if (poll(fds, 4, watch_timeout_ms(&s->watch)) < 0 && errno != EINTR)
		return SIGTERM;
	if (fds[3].revents & (POLLHUP | POLLERR) && terminal)
		return SIGHUP;
	/* Whatever poll() says of them: it looks at them before it looks at what is typed, and
	 * Ctrl-C may come between the two with the line that was typed behind it. */
	by = read_signals(s, signals);
	if (by)
		return by;
	return fds[3].revents ? -1 : 0;
}

enum plain_end plain_watch(struct session *s, bool terminal,
	void (*told)(void *context, bool begins), void *context, int *status, struct lab_error *e)
{
	FD_SCOPED signals = open_signals(e);
	int by;

	watch_folder(&s->watch, session_standing(s)->folder, false);
	if (signals < 0 || session_check(s, e) < 0)
		return PLAIN_FAILED;
	while ((by = wait_for_news(s, terminal, signals)) == 0) {
		bool checked = session_checks(s);
		enum session_news news = session_listen(s);

		if (!checked && session_checks(s))
			told(context, true);
		else if (news == SESSION_VERDICT)
			told(context, false);
	}
	session_leave(s);
	if (by > 0)
		return end_by(s, by, status);
	job_cancel(&s->jobs);
	return PLAIN_VERDICT;
}
