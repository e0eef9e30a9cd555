/* Kinds of terminals, sizes, screens: see kinds.h. */
#include "config.h"

#include "tests/screen/kinds.h"

#include <stddef.h>

/* (with LC_ALL=C curses repeats signs by xterm's REP, which libvterm does not know) */
const struct kind kinds[] = {
	{"C.UTF-8", "xterm-256color", false, true},
	{"C.UTF-8", "vt100", false, false},
	{"C", "screen-256color", true, true},
	{"C", "vt100", true, false},
	{.locale = NULL},
};

const struct terminal_size kind_sizes[KIND_SIZES] = {
	{.columns = 80, .rows = 24}, {.columns = 40, .rows = 12}, {.columns = 200, .rows = 60}};

char *kind_shot(const char *name, struct terminal_size size, bool ascii)
{
	return lab_xprintf(
		"gallery/%s-%dx%d%s", name, size.columns, size.rows, ascii ? "-ascii" : "");
}

const char known_help[] = "help";

const struct known_screen known_screens[] = {
	{"list", {" ipclab  "}},
	{"exercise", {">Task", ">Verdict", ">Old verdict"}},
	{"lesson", {"  Lesson"}},
	{"solution", {"  Solution"}},
	{"difference", {"  Difference"}},
	{"attempts", {"  Attempts ("}},
	{"attempt", {"  Attempt "}},
	{"change", {"  Since attempt "}},
	{"timeline", {" Timeline  "}},
	{known_help, {"Keys: Esc closes"}},
	{.name = NULL},
};
