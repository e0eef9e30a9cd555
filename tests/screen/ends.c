/*
 * How the program is stopped, goes on and ends: signals, a terminal that hangs up, and what must
 * then be as it was: the terminal, and that nothing of the lab is left.
 */
#include "config.h"

#include "tests/screen/ends.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "tests/screen/commands.h"
#include "tests/screen/shown.h"

static bool is_in_state(struct test *t, const void *state)
{
	return terminal_state(t->terminal) == *(const enum terminal_state *)state;
}

static bool is_alone(struct test *t, const void *context)
{
	(void)context;
	return terminal_processes(t->terminal) == 1;
}

static bool has_left(struct test *t, const void *context)
{
	(void)context;
	return !terminal_alternate(t->terminal) && terminal_cursor(t->terminal);
}

/* Somebody reads there: from then on he waits for a byte. */
static bool gate_is_open(struct test *t, const void *path)
{
	t->gate = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return t->gate >= 0;
}

bool do_gate(struct test *t, char **words)
{
	LAB_FREE char *path = path_join(t->home, "gate");
	bool passed = wait_until(t, gate_is_open, path) && fd_write_all(t->gate, "\n", 1) == 0;

	(void)words;
	fd_close(&t->gate);
	if (!passed) {
		fail(t, "nobody waits at the gate");
		show_screen(t);
	}
	return passed;
}

bool do_signal(struct test *t, char **words)
{
	static const struct {
		const char *name;
		int sig;
	} table[] = {{"TERM", SIGTERM}, {"HUP", SIGHUP}, {"INT", SIGINT}, {"STOP", SIGSTOP},
		{"CONT", SIGCONT}, {"KILL", SIGKILL}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, words[0]) == 0) {
			terminal_signal(t->terminal, table[i].sig);
			return true;
		}
	return fail(t, "no signal %s", words[0]);
}

bool do_hangup(struct test *t, char **words)
{
	(void)words;
	terminal_hang_up(t->terminal);
	return true;
}

static bool is_restored(struct test *t)
{
	if (!wait_until(t, has_left, NULL))
		return fail(t, "the alternate screen was not left, or the cursor is not back");
	return terminal_modes_restored(t->terminal) ||
	       fail(t, "the terminal's modes are not what they were");
}

bool do_stopped(struct test *t, char **words)
{
	enum terminal_state state = TERMINAL_STOPPED;

	if (!wait_until(t, is_in_state, &state))
		return fail(t, "it was not stopped");
	return words[0] ? true : is_restored(t); /* by SIGSTOP nothing can be put back */
}

bool do_continue(struct test *t, char **words)
{
	enum terminal_state state = TERMINAL_RUNNING;

	(void)words;
	terminal_continue(t->terminal);
	return wait_until(t, is_in_state, &state) || fail(t, "it did not go on");
}

/* Whether nothing is in FOLDER; what is there is added to NAMES, if that is not NULL. */
static bool is_empty(const char *folder, struct buf *names)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	for (struct dirent *d = dir ? readdir(dir) : NULL; d; d = readdir(dir)) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		n++;
		if (names)
			buf_printf(names, " %s", d->d_name);
	}
	if (dir)
		closedir(dir);
	return dir && n == 0;
}

/* No process, no temporary file. */
static bool has_left_nothing(struct test *t, const void *temporary)
{
	return terminal_processes(t->terminal) == 0 && is_empty(temporary, NULL);
}

bool do_ends(struct test *t, char **words)
{
	LAB_FREE char *temporary = path_join(t->home, "tmp");
	enum terminal_state state = TERMINAL_ENDED;
	int wanted = atoi(words[0]);

	if (!wait_until(t, is_in_state, &state)) {
		fail(t, "it did not end");
		show_screen(t);
		return false;
	}
	if (terminal_status(t->terminal) != wanted)
		return fail(t, "it ended with %d", terminal_status(t->terminal));
	if (wanted == -SIGKILL) /* what it had started must see that first */
		wait_until(t, has_left_nothing, temporary);
	if (!has_left_nothing(t, temporary)) {
		fail(t, "it has left %zu processes, and these temporary files:",
			terminal_processes(t->terminal));
		is_empty(temporary, &t->why);
		return false;
	}
	return words[1] ? true : is_restored(t); /* a terminal that is gone cannot be looked at */
}

bool do_alone(struct test *t, char **words)
{
	(void)words;
	return wait_until(t, is_alone, NULL) || fail(t, "something that it started runs on");
}

static bool is_idle(struct test *t, const void *context)
{
	(void)context;
	return terminal_idle(t->terminal);
}

bool do_idle(struct test *t, char **words)
{
	(void)words;
	return wait_until(t, is_idle, NULL) || fail(t, "it does not come to rest");
}
