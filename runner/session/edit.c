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
#include "lab/base/path.h"

/* The first word's base name, as an editor of the table below would have it. */
static char *editor_name(const char *command)
{
	LAB_FREE char *word = lab_xprintf("%.*s", (int)strcspn(command, " \t"), command);

	return lab_xstrdup(path_base(word));
}

static bool takes_line(const char *command)
{
	static const char *const known[] = {"emacs", "emacsclient", "jed", "joe", "kak", "mcedit",
		"mg", "micro", "nano", "ne", "nvi", "nvim", "pico", "vi", "vim", "vim.basic",
		"vim.tiny"};
	LAB_FREE char *name = editor_name(command);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

static bool in_path(const char *name)
{
	const char *path = getenv("PATH");

	for (path = path ? path : "/usr/bin:/bin"; *path; path += *path == ':') {
		LAB_FREE char *file = lab_xprintf("%.*s/%s", (int)strcspn(path, ":"), path, name);

		if (access(file, X_OK) == 0)
			return true;
		path += strcspn(path, ":");
	}
	return false;
}

static const char *choose(struct lab_error *e)
{
	static const char *const usual[] = {"nano", "vi", "vim", "emacs", "micro", "mg"};
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");

	if (visual && *visual)
		return visual;
	if (editor && *editor)
		return editor;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (in_path(usual[i]))
			return usual[i];
	lab_fail(e, LAB_UNSUPPORTED,
		"no editor was found: set VISUAL or EDITOR. Or edit in another window: the lab "
		"sees when you save");
	return NULL;
}

static void become(const char *folder, const char *command, const char *line, const char *file)
	__attribute__((noreturn));
static void become(const char *folder, const char *command, const char *line, const char *file)
{
	static const int back[] = {
		SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCHLD, SIGWINCH, SIGPIPE};
	LAB_FREE char *script = lab_xprintf("exec %s \"$@\"", command);
	char *argv[] = {"sh", "-c", script, "sh", (char *)file, NULL, NULL};
	sigset_t none;

	if (line) {
		argv[4] = (char *)line;
		argv[5] = (char *)file;
	}
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

int edit_file(const char *folder, const char *file, int line, struct lab_error *e)
{
	const char *command = choose(e);
	LAB_FREE char *at = NULL;
	int status;
	pid_t pid;

	if (!command)
		return -1;
	if (line > 0 && takes_line(command))
		at = lab_xprintf("+%d", line);
	pid = fork();
	if (pid < 0)
		return lab_fail_errno(e, LAB_BROKEN, "fork the editor");
	if (pid == 0)
		become(folder, command, at, file);
	status = wait_for(pid);
	forget_keys();
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) >= 126)
		return lab_fail(e, LAB_USAGE,
			"the editor \"%s\" could not be started; VISUAL and EDITOR name another",
			command);
	return lab_fail(e, LAB_USAGE, "the editor \"%s\" ended with a failure", command);
}
