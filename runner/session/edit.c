/*
 * The student's editor: see edit.h. $VISUAL may hold options ("code --wait"), so the shell takes it
 * apart, as it does for git and crontab. Job control: the editor stays in our process group; when
 * it is stopped (Ctrl-Z in vi) we stop as well, so that the shell comes back, and go on with it.
 */
#include "config.h"

#include "runner/session/edit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/buf.h"

static void become(const char *folder, const char *script) __attribute__((noreturn));
static void become(const char *folder, const char *script)
{
	static const int back[] = {
		SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCHLD, SIGWINCH, SIGPIPE};
	char *argv[] = {"sh", "-c", (char *)script, NULL};
	sigset_t none;

	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		signal(back[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (chdir(folder) == 0)
		execv("/bin/sh", argv);
	_exit(126);
}

/* The editor was stopped from the keyboard: so are we, until the shell goes on with both. */
static void stop_too(pid_t editor)
{
	kill(getpid(), SIGSTOP);
	kill(editor, SIGCONT);
}

/* All these are blocked; nothing else wakes us. */
static int wait_for(pid_t editor)
{
	int status, sig, ended_by = 0;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	for (;;) {
		pid_t got = waitpid(editor, &status, WNOHANG | WUNTRACED);

		if (got < 0 && errno != EINTR)
			status = 0;
		if (got < 0 || (got == editor && !WIFSTOPPED(status)))
			break;
		if (got == editor)
			stop_too(editor);
		sig = sigwaitinfo(&set, NULL);
		if (sig == SIGTERM || sig == SIGHUP) {
			ended_by = sig;
			kill(editor, sig);
		}
	}
	if (ended_by)
		raise(ended_by);
	return status;
}

/* What was typed to the editor came to us too, for we are in its group: it was not meant for us. */
static void forget_keys(void)
{
	const struct timespec at_once = {0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGTSTP);
	while (sigtimedwait(&set, NULL, &at_once) > 0)
		;
}

/* STATUS of COMMAND, which FROM (NULL: nobody) named. 126 and 127 are the shell's. */
static int judge(const char *command, const char *from, int status, struct lab_error *e)
{
	LAB_FREE char *who = from ? lab_xprintf(", named by %s,", from) : lab_xstrdup("");
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;

	if (WIFEXITED(status) && code == 0)
		return 0;
	if (WIFSIGNALED(status))
		return lab_fail(e, LAB_USAGE, "The editor \"%s\"%s was ended by signal %d (%s).",
			command, who, WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (code == 126 || code == 127)
		return lab_fail(e, LAB_USAGE,
			"The editor \"%s\"%s could not be started: %s. Name another %s.", command,
			who,
			code == 127 ? "there is no such program"
				    : "it is no program, or may not be run",
			from ? "there" : "in VISUAL or with --edit-cmd");
	return lab_fail(e, LAB_USAGE, "The editor \"%s\"%s ended with exit status %d, a failure.",
		command, who, code);
}

int edit_file(const struct edit_place *place, struct lab_error *e)
{
	const char *from, *command = edit_command_chosen(&from, e);
	LAB_FREE char *script = NULL;
	int status;
	pid_t pid;

	if (!command)
		return -1;
	script = edit_command_for(command, place);
	pid = fork();
	if (pid < 0)
		return lab_fail_errno(e, LAB_BROKEN, "fork the editor");
	if (pid == 0)
		become(place->folder, script);
	status = wait_for(pid);
	forget_keys();
	return judge(command, from, status, e);
}
