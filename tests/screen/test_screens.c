/*
 * The screens, driven by scripts of keys and compared with saved ones. A test is a file NAME.keys:
 * a command a line, '#' begins a comment. Screens are saved as NAME.screen, to be looked at.
 *
 *	size COLUMNS ROWS       before start: the window's; afterwards: resizes it
 *	env NAME=VALUE          before start; a word @/PATH is a file of this folder
 *	unset NAME
 *	save SOURCE FILE        sources/SOURCE becomes the student's FILE (CHAPTER/EXERCISE/NAME.c)
 *	storm N SOURCE SOURCE FILE, old SOURCE FILE
 *	                        saves N times, in turn; saves by a clock that was set back
 *	course                  before start: with a copy of the course, ../course to `remove`
 *	remove PATH             a folder or file of the student's
 *	start [ARGUMENT...]     with a workspace, ~/work
 *	arrive [ARGUMENT...]    without one; a word @/PATH is a file of this folder
 *	type WORD...            Up, Enter, C-z, ...; any other word is typed as it is
 *	press ROW COLUMN        the mouse, from 0; wheel up|down [ROW COLUMN]
 *	until TEXT              waits for TEXT to be on the screen; gone TEXT: for it not to be; of
 *	                        blanks side by side one counts
 *	shot NAME               waits for the screen to be the saved one; times are not compared
 *	look NAME               a shot of gallery/NAME, of this size and kind of terminal
 *	looks NAME              the same in every size, by resizing; and 1x1 is survived
 *	on SCREEN WORD...       types, each word where that screen is seen to have the keys
 *	gate                    lets a judge go on that waits for it
 *	signal NAME, hangup
 *	stopped, continue       waits until it is stopped; fg
 *	ends STATUS             waits for its end; -N: by signal N
 *	alone                   waits until nothing that it started runs
 *	coloured yes|no|kind    waits until some cell has a colour, or none, as this kind has
 *	ascii                   every byte was ASCII
 *	sent BYTES              waits until they were written, since the start or `heard`; unsent:
 *	heard                   they were not (^[ is Escape)
 *	idle                    waits until it waits for something to happen, however long
 *	same SOURCE FILE        the student's FILE is still sources/SOURCE
 *
 * A line "terminals" has what follows run in each kind of terminal (kinds.c), all in one home: what
 * stands above it has made what they show.
 *
 * Whenever the program stops or ends, the terminal must be as it was: modes, cursor, the screen
 * that was there before; when it ends, no process and no temporary file may be left.
 *
 * Nothing sleeps: all waiting is for a state, PATIENCE_MS at most. Keys are handled in the order in
 * which they are typed, and after a resize that came before them. With SCREENS=write in the
 * environment, shots are saved instead of compared; with SCREENS=doubt, a line that waits for what
 * was there before the last thing done is named: it does not wait. Arguments: only these tests
 * (NAME.keys).
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "tests/screen/commands.h"
#include "tests/screen/kinds.h"
#include "tests/screen/shown.h"
#include "tests/screen/student.h"

/* ---- scripts ---- */

static bool is_mode(const char *name)
{
	const char *mode = getenv("SCREENS");

	return mode && strcmp(mode, name) == 0;
}

static bool run_line(struct test *t, char *line)
{
	char *words[WORDS_MOST + 1] = {0};
	char *state = NULL;
	int n = 0;

	for (char *w = strtok_r(line, " \t", &state); w && n < WORDS_MOST;
		w = strtok_r(NULL, " \t", &state))
		words[n++] = w;
	if (n == 0 || words[0][0] == '#')
		return true;
	for (const struct command *c = commands; c->name; c++) {
		if (strcmp(c->name, words[0]) != 0)
			continue;
		if (n - 1 < c->operands || (c->needs_terminal && !t->terminal))
			return fail(t, "%s cannot stand so", c->name);
		if (c->acts && is_mode("doubt"))
			remember(t);
		return c->run(t, words + 1);
	}
	return fail(t, "there is no command \"%s\"", words[0]);
}

/* From line NUMBER on. */
static bool run_lines(struct test *t, char *text, int number)
{
	char *next;

	for (char *line = text; line; line = next, number++) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		t->line = number;
		if (!run_line(t, line)) {
			LAB_FREE char *why = buf_take(&t->why);

			return fail(t, "line %d: %s", number, why);
		}
	}
	if (t->terminal && terminal_state(t->terminal) != TERMINAL_ENDED)
		return fail(t, "the script does not wait for the end");
	return true;
}

static int count_lines(const char *text, const char *end)
{
	int n = 0;

	for (; text < end; text++)
		n += *text == '\n';
	return n;
}

/* In each kind of terminal. */
static bool run_everywhere(struct test *t, const char *text, int number)
{
	for (t->kind = kinds; t->kind->locale; t->kind++) {
		LAB_FREE char *lines = lab_xstrdup(text);
		LAB_FREE char *locale = lab_xprintf("LC_ALL=%s", t->kind->locale);
		LAB_FREE char *term = lab_xprintf("TERM=%s", t->kind->term);

		set_variable(t, locale);
		set_variable(t, term);
		t->size = kind_sizes[0];
		if (!run_lines(t, lines, number))
			return fail(t, "# with %s and %s", locale, term);
	}
	return true;
}

static bool run_script(struct test *t, char *text)
{
	static const char mark[] = "terminals\n";
	char *at = strstr(text, mark);
	int number = at ? count_lines(text, at) + 2 : 0;

	if (at)
		*at = '\0';
	if (!run_lines(t, text, 1) || (at && !run_everywhere(t, at + strlen(mark), number)))
		return false;
	return t->terminal || fail(t, "the script starts nothing");
}

static bool make_home(struct test *t)
{
	LAB_FREE char *temporary = NULL;
	LAB_FREE char *gate = NULL;

	strcpy(t->home, "/tmp/ipclab-screen.XXXXXX"); /* not TMPDIR: its length would show */
	if (!mkdtemp(t->home))
		return fail(t, "mkdtemp: %s", strerror(errno));
	temporary = path_join(t->home, "tmp");
	gate = path_join(t->home, "gate");
	return (mkdir(temporary, 0700) == 0 && mkfifo(gate, 0600) == 0) ||
	       fail(t, "%s: %s", t->home, strerror(errno));
}

static void set_environment(struct test *t)
{
	LAB_FREE char *home = lab_xprintf("HOME=%s", t->home);
	LAB_FREE char *temporary = lab_xprintf("TMPDIR=%s/tmp", t->home);
	LAB_FREE char *course = lab_xprintf("IPCLAB_COURSE=%s/course", t->folder);
	LAB_FREE char *path = lab_xprintf("PATH=%s", getenv("PATH"));
	LAB_FREE char *cc = lab_xprintf("CC=%s", getenv("CC") ? getenv("CC") : "");

	t->environment = lab_xmalloc(sizeof(char *));
	set_variable(t, home);
	set_variable(t, temporary);
	set_variable(t, course);
	set_variable(t, path);
	if (getenv("CC"))
		set_variable(t, cc);
	set_variable(t, "TERM=xterm-256color");
	set_variable(t, "LC_ALL=C.UTF-8");
}

static bool run_test(const char *folder, const char *name, int number)
{
	struct test t = {
		.name = name, .folder = folder, .size = {24, 80}, .kind = kinds, .gate = -1};
	LAB_FREE char *path = path_join(folder, name);
	BUF_SCOPED text = BUF_INIT;
	struct lab_error e = {0};
	bool passed = false;

	if (!make_home(&t))
		return fail(&t, "no home");
	set_environment(&t);
	if (file_read(path, &text, FILE_MOST, &e) < 0)
		fail(&t, "%s", e.text);
	else
		passed = run_script(&t, text.data);
	printf("%s %d - %s\n", passed ? "ok" : "not ok", number, name);
	for (const char *line = buf_text(&t.why); *line;
		line += strcspn(line, "\n"), line += *line != 0)
		printf("# %.*s\n", (int)strcspn(line, "\n"), line);
	fflush(stdout);
	if (t.terminal)
		terminal_free(t.terminal);
	path_remove_tree(t.home, NULL);
	for (size_t i = 0; t.environment[i]; i++)
		free(t.environment[i]);
	free(t.environment);
	buf_done(&t.why);
	buf_done(&t.before);
	return passed;
}

static int is_script(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot && strcmp(dot, ".keys") == 0;
}

int main(int argc, char **argv)
{
	const char *top = getenv("abs_top_srcdir");
	LAB_FREE char *folder = lab_xprintf("%s/tests/screen", top ? top : ".");
	struct dirent **scripts;
	int n, number = 0, failed = 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!getenv("IPCLAB") || (n = scandir(folder, &scripts, is_script, alphasort)) < 0) {
		printf("Bail out! IPCLAB or abs_top_srcdir does not name the lab\n");
		return 99;
	}
	for (int i = 0; i < n; i++) {
		bool wanted = argc < 2;

		for (int k = 1; k < argc; k++)
			wanted |= strcmp(argv[k], scripts[i]->d_name) == 0;
		if (wanted && !run_test(folder, scripts[i]->d_name, ++number))
			failed++;
		free(scripts[i]);
	}
	free(scripts);
	printf("1..%d\n", number);
	return failed > 0;
}
