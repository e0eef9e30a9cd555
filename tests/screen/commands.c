/*
 * The commands of a script: each does one thing to the terminal, or waits for one state of it. What
 * they mean stands in test_screens.c. Here are those that start the program and press its keys, and
 * the table of all.
 */
#include "config.h"

#include "tests/screen/commands.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/screen/ends.h"
#include "tests/screen/looks.h"
#include "tests/screen/shown.h"
#include "tests/screen/student.h"

bool fail(struct test *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&t->why, fmt, ap);
	va_end(ap);
	return false;
}

static bool do_size(struct test *t, char **words)
{
	t->size = (struct terminal_size){
		.columns = atoi(words[0]), .rows = words[1] ? atoi(words[1]) : 0};
	if (t->size.rows < 1 || t->size.columns < 1)
		return fail(t, "size wants columns and rows");
	if (t->terminal)
		terminal_resize(t->terminal, t->size);
	return true;
}

static bool start(struct test *t, char *first, char **words)
{
	char *argv[WORDS_MOST + 3] = {"ipclab", first}, *here[WORDS_MOST + 1] = {0};
	int n = first ? 2 : 1;

	if (t->terminal)
		terminal_free(t->terminal);
	buf_clear(&t->before);
	for (int i = 0; words[i]; i++) {
		if (strncmp(words[i], "@/", 2) == 0)
			here[i] = lab_xprintf("%s%s", t->folder, words[i] + 1);
		argv[n + i] = here[i] ? here[i] : words[i];
	}
	t->terminal = terminal_start(getenv("IPCLAB"), argv, t->environment, t->size);
	for (int i = 0; words[i]; i++)
		free(here[i]);
	return true;
}

static bool do_start(struct test *t, char **words)
{
	LAB_FREE char *work = lab_xprintf("--work=%s/work", t->home);

	return start(t, work, words);
}

static bool do_arrive(struct test *t, char **words)
{
	return start(t, NULL, words);
}

void type_word(struct test *t, const char *word)
{
	static const struct {
		const char *name, *bytes;
	} named[] = {{"Up", "\033OA"}, {"Down", "\033OB"}, {"Right", "\033OC"}, {"Left", "\033OD"},
		{"Home", "\033OH"}, {"End", "\033OF"}, {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"},
		{"Enter", "\r"}, {"Esc", "\033"}, {"Tab", "\t"}, {"Shift-Tab", "\033[Z"},
		{"Backspace", "\177"}, {"Space", " "}};
	const char *bytes = word;
	char control[2] = {0};

	for (size_t k = 0; k < sizeof(named) / sizeof(named[0]); k++)
		if (strcmp(named[k].name, word) == 0)
			bytes = named[k].bytes;
	if (strncmp(word, "C-", 2) == 0 && word[2]) {
		control[0] = (char)(word[2] & 0x1f);
		bytes = control;
	}
	terminal_type(t->terminal, bytes, strlen(bytes));
}

static bool do_type(struct test *t, char **words)
{
	for (int i = 0; words[i]; i++)
		type_word(t, words[i]);
	return true;
}

static bool do_press(struct test *t, char **words)
{
	terminal_press(t->terminal, 1, atoi(words[0]), atoi(words[1]));
	return true;
}

static bool do_wheel(struct test *t, char **words)
{
	int button = strcmp(words[0], "up") == 0 ? 4 : 5;
	bool there = words[1] && words[2];

	terminal_press(t->terminal, button, there ? atoi(words[1]) : 5, there ? atoi(words[2]) : 5);
	return true;
}

const struct command commands[] = {
	{"size", 2, false, do_size, true},
	{"env", 1, false, do_env, false},
	{"unset", 1, false, do_unset, false},
	{"save", 2, false, do_save, true},
	{"storm", 4, false, do_storm, true},
	{"course", 0, false, do_course, false},
	{"remove", 1, false, do_remove, true},
	{"old", 2, false, do_old, true},
	{"same", 2, false, do_same, false},
	{"start", 0, false, do_start, false},
	{"arrive", 0, false, do_arrive, false},
	{"type", 1, true, do_type, true},
	{"press", 2, true, do_press, true},
	{"wheel", 1, true, do_wheel, true},
	{"until", 1, true, do_until, false},
	{"gone", 1, true, do_gone, false},
	{"shot", 1, true, do_shot, false},
	{"look", 1, true, do_look, false},
	{"looks", 1, true, do_looks, false},
	{"on", 2, true, do_on, true},
	{"gate", 0, true, do_gate, true},
	{"signal", 1, true, do_signal, true},
	{"hangup", 0, true, do_hangup, false},
	{"stopped", 0, true, do_stopped, false},
	{"continue", 0, true, do_continue, true},
	{"ends", 1, true, do_ends, false},
	{"alone", 0, true, do_alone, false},
	{"coloured", 1, true, do_coloured, false},
	{"ascii", 0, true, do_ascii, false},
	{"idle", 0, true, do_idle, false},
	{"heard", 0, true, do_heard, false},
	{"sent", 1, true, do_sent, false},
	{"unsent", 1, true, do_unsent, false},
	{.name = NULL},
};
