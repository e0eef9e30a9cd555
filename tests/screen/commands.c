/*
 * The commands of a script: each does one thing to the terminal, or waits for one state of it. What
 * they mean stands in test_screens.c.
 */
#include "config.h"

#include "tests/screen/commands.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "tests/screen/kinds.h"
#include "tests/screen/looks.h"

enum { PATIENCE_MS = 60000, QUIET_MS = 300, WORDS_MOST = 32, FILE_MOST = 1 << 20 };

bool fail(struct test *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&t->why, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- what is on the screen ---- */

/* "2026-01-31 23:59" */
static bool is_time(const char *p)
{
	static const char form[] = "dddd-dd-dd dd:dd";

	for (const char *f = form; *f; f++, p++)
		if (*f == 'd' ? !isdigit((unsigned char)*p) : *p != *f)
			return false;
	return true;
}

/* The home folder's name and the time are others each time, but of one length. */
void screen_text(const struct test *t, struct buf *into)
{
	const char *unique = strrchr(t->home, '.');

	terminal_text(t->terminal, into);
	for (char *at = into->data; (at = strstr(at, unique)); at++)
		memcpy(at, ".XXXXXX", strlen(".XXXXXX"));
	for (char *at = into->data; *at; at++)
		if (is_time(at))
			memcpy(at, "YYYY-MM-DD HH:MM", strlen("YYYY-MM-DD HH:MM"));
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

bool wait_until(struct test *t, condition *holds, const void *context)
{
	int64_t end = now_ms() + PATIENCE_MS;

	while (!holds(t, context)) {
		if (now_ms() >= end)
			return false;
		terminal_wait(t->terminal, 50); /* states that send nothing are looked at again */
	}
	return true;
}

/* Of blanks side by side one: so are the words of a script joined. */
static void squeeze(struct buf *text)
{
	size_t to = 0;

	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] != ' ' || to == 0 || text->data[to - 1] != ' ')
			text->data[to++] = text->data[i];
	text->len = to;
	text->data[to] = '\0';
}

static bool shows(struct test *t, const void *text)
{
	BUF_SCOPED screen = BUF_INIT;

	screen_text(t, &screen);
	squeeze(&screen);
	return strstr(buf_text(&screen), text) != NULL;
}

static bool shows_not(struct test *t, const void *text)
{
	return !shows(t, text);
}

static bool shows_exactly(struct test *t, const void *text)
{
	BUF_SCOPED screen = BUF_INIT;

	screen_text(t, &screen);
	return strcmp(buf_text(&screen), text) == 0;
}

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

void show_screen(struct test *t)
{
	BUF_SCOPED screen = BUF_INIT;

	screen_text(t, &screen);
	fail(t, "; the screen:\n%s", buf_text(&screen));
}

void remember(struct test *t)
{
	buf_clear(&t->before);
	if (!t->terminal)
		return;
	while (terminal_wait(t->terminal, QUIET_MS))
		;
	screen_text(t, &t->before);
	squeeze(&t->before);
}

/* ---- commands ---- */

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

static size_t count(char **list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static void forget_variable(struct test *t, const char *name)
{
	size_t n = strcspn(name, "="), to = 0;

	for (size_t i = 0; t->environment[i]; i++) {
		if (strncmp(t->environment[i], name, n) == 0 && t->environment[i][n] == '=')
			free(t->environment[i]);
		else
			t->environment[to++] = t->environment[i];
	}
	t->environment[to] = NULL;
}

void set_variable(struct test *t, const char *text)
{
	size_t n;

	forget_variable(t, text);
	n = count(t->environment);
	t->environment = lab_xrealloc(t->environment, (n + 2) * sizeof(char *));
	t->environment[n] = lab_xstrdup(text);
	t->environment[n + 1] = NULL;
}

static bool do_env(struct test *t, char **words)
{
	BUF_SCOPED text = BUF_INIT;

	for (int i = 0; words[i]; i++) {
		bool here = strncmp(words[i], "@/", 2) == 0;

		buf_printf(&text, "%s%s%s", i ? " " : "", here ? t->folder : "", words[i] + here);
	}
	set_variable(t, buf_text(&text));
	return true;
}

static bool do_unset(struct test *t, char **words)
{
	forget_variable(t, words[0]);
	return true;
}

static char *student_file(const struct test *t, const char *name)
{
	return lab_xprintf("%s/work/%s", t->home, name);
}

static bool read_both(struct test *t, char **words, struct buf *source, char **file)
{
	LAB_FREE char *from = lab_xprintf("%s/sources/%s", t->folder, words[0]);
	struct lab_error e = {0};

	*file = words[1] ? student_file(t, words[1]) : NULL;
	if (!*file)
		return fail(t, "a source and a file are wanted");
	return file_read(from, source, FILE_MOST, &e) == 0 || fail(t, "%s", e.text);
}

static bool do_save(struct test *t, char **words)
{
	LAB_FREE char *file = NULL;
	LAB_FREE char *folder = NULL;
	BUF_SCOPED source = BUF_INIT;
	struct lab_error e = {0};

	if (!read_both(t, words, &source, &file))
		return false;
	folder = lab_xprintf("%.*s", (int)(strrchr(file, '/') - file), file);
	if (path_mkdirs(folder, 0755, &e) < 0 ||
		file_write(file, buf_text(&source), source.len, 0644, &e) < 0)
		return fail(t, "%s", e.text);
	return true;
}

/* COUNT saves, of one source and the other in turn; the last one is of the second. */
static bool do_storm(struct test *t, char **words)
{
	int count = atoi(words[0]);

	for (int i = 0; words[1] && words[2] && words[3] && i < count; i++) {
		char *save[] = {words[i == count - 1 ? 2 : 1 + i % 2], words[3], NULL};

		if (!do_save(t, save))
			return false;
		terminal_wait(t->terminal, 0);
	}
	return words[3] ? true : fail(t, "storm wants two sources and a file");
}

static bool do_remove(struct test *t, char **words)
{
	LAB_FREE char *path = student_file(t, words[0]);
	struct lab_error e = {0};

	return path_remove_tree(path, &e) == 0 || fail(t, "%s", e.text);
}

/* Of its own, so that it can be harmed. */
static bool do_course(struct test *t, char **words)
{
	LAB_FREE char *copy = lab_xprintf("cp -R '%s/course' '%s/course'", t->folder, t->home);
	LAB_FREE char *variable = lab_xprintf("IPCLAB_COURSE=%s/course", t->home);

	(void)words;
	set_variable(t, variable);
	return system(copy) == 0 || fail(t, "%s", copy);
}

/* Saved when the clock was set back by years. */
static bool do_old(struct test *t, char **words)
{
	LAB_FREE char *path = words[1] ? student_file(t, words[1]) : NULL;
	const struct timespec long_ago[2] = {{86400, 0}, {86400, 0}};

	return do_save(t, words) && (utimensat(AT_FDCWD, path, long_ago, 0) == 0 ||
					    fail(t, "%s: %s", path, strerror(errno)));
}

static bool do_same(struct test *t, char **words)
{
	LAB_FREE char *file = NULL;
	BUF_SCOPED source = BUF_INIT;
	BUF_SCOPED found = BUF_INIT;
	struct lab_error e = {0};

	if (!read_both(t, words, &source, &file))
		return false;
	if (file_read(file, &found, FILE_MOST, &e) < 0)
		return fail(t, "%s", e.text);
	return strcmp(buf_text(&source), buf_text(&found)) == 0 ||
	       fail(t, "%s is not %s any more", words[1], words[0]);
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

static void join(char **words, struct buf *into)
{
	for (int i = 0; words[i]; i++)
		buf_printf(into, "%s%s", i ? " " : "", words[i]);
}

/* Whoever waits for what was there already does not wait: what follows may come too early. */
static void doubt(const struct test *t, const char *command, const struct buf *text)
{
	bool was_there = strstr(buf_text(&t->before), buf_text(text)) != NULL;

	if (t->before.len > 0 && was_there == (strcmp(command, "until") == 0))
		printf("# %s: line %d: %s %s: so it was before\n", t->name, t->line, command,
			buf_text(text));
}

static bool do_until(struct test *t, char **words)
{
	BUF_SCOPED text = BUF_INIT;

	join(words, &text);
	doubt(t, "until", &text);
	if (wait_until(t, shows, buf_text(&text)))
		return true;
	fail(t, "\"%s\" did not come", buf_text(&text));
	show_screen(t);
	return false;
}

static bool do_gone(struct test *t, char **words)
{
	BUF_SCOPED text = BUF_INIT;

	join(words, &text);
	doubt(t, "gone", &text);
	if (wait_until(t, shows_not, buf_text(&text)))
		return true;
	fail(t, "\"%s\" did not go", buf_text(&text));
	show_screen(t);
	return false;
}

static bool save_shot(struct test *t, const char *path)
{
	BUF_SCOPED screen = BUF_INIT;
	struct lab_error e = {0};

	while (terminal_wait(t->terminal, QUIET_MS))
		;
	screen_text(t, &screen);
	return file_write(path, buf_text(&screen), screen.len, 0644, &e) == 0 ||
	       fail(t, "%s", e.text);
}

bool take_shot(struct test *t, const char *name)
{
	LAB_FREE char *path = lab_xprintf("%s/%s.screen", t->folder, name);
	BUF_SCOPED saved = BUF_INIT;
	const char *mode = getenv("SCREENS");
	struct lab_error e = {0};

	if (mode && strcmp(mode, "write") == 0)
		return save_shot(t, path);
	if (file_read(path, &saved, FILE_MOST, &e) < 0)
		return fail(t, "%s", e.text);
	if (wait_until(t, shows_exactly, buf_text(&saved)))
		return true;
	fail(t, "the screen is not %s.screen:\n%s", name, buf_text(&saved));
	show_screen(t);
	return false;
}

static bool do_shot(struct test *t, char **words)
{
	return take_shot(t, words[0]);
}

/* Somebody reads there: from then on he waits for a byte. */
static bool gate_is_open(struct test *t, const void *path)
{
	t->gate = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return t->gate >= 0;
}

static bool do_gate(struct test *t, char **words)
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

static bool do_signal(struct test *t, char **words)
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

static bool do_hangup(struct test *t, char **words)
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

static bool do_stopped(struct test *t, char **words)
{
	enum terminal_state state = TERMINAL_STOPPED;

	if (!wait_until(t, is_in_state, &state))
		return fail(t, "it was not stopped");
	return words[0] ? true : is_restored(t); /* by SIGSTOP nothing can be put back */
}

static bool do_continue(struct test *t, char **words)
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

static bool do_ends(struct test *t, char **words)
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

static bool do_alone(struct test *t, char **words)
{
	(void)words;
	return wait_until(t, is_alone, NULL) || fail(t, "something that it started runs on");
}

static bool is_coloured(struct test *t, const void *wanted)
{
	return terminal_coloured(t->terminal) == *(const bool *)wanted;
}

static bool do_coloured(struct test *t, char **words)
{
	bool wanted = strcmp(words[0], "kind") == 0 ? t->kind->coloured : *words[0] == 'y';

	return wait_until(t, is_coloured, &wanted) ||
	       fail(t, "the screen is %scoloured", terminal_coloured(t->terminal) ? "" : "not ");
}

static bool do_ascii(struct test *t, char **words)
{
	const struct buf *output = terminal_output(t->terminal);

	(void)words;
	for (size_t i = 0; i < output->len; i++)
		if ((unsigned char)output->data[i] >= 0x80)
			return fail(t, "byte %02x was written", (unsigned char)output->data[i]);
	return true;
}

/* Does the output since the last `heard` hold TEXT, in which ^[ is Escape? */
static bool was_sent(struct test *t, const void *context)
{
	const struct buf *output = terminal_output(t->terminal);
	BUF_SCOPED wanted = BUF_INIT;

	for (const char *text = context; *text; text++) {
		bool escape = strncmp(text, "^[", 2) == 0;

		buf_putc(&wanted, escape ? '\033' : *text);
		text += escape;
	}
	return memmem(output->data + t->heard, output->len - t->heard, wanted.data, wanted.len);
}

static bool do_heard(struct test *t, char **words)
{
	(void)words;
	t->heard = terminal_output(t->terminal)->len;
	return true;
}

static bool do_sent(struct test *t, char **words)
{
	return wait_until(t, was_sent, words[0]) || fail(t, "%s was not written", words[0]);
}

static bool do_unsent(struct test *t, char **words)
{
	return !was_sent(t, words[0]) || fail(t, "%s was written", words[0]);
}

static bool is_idle(struct test *t, const void *context)
{
	(void)context;
	return terminal_idle(t->terminal);
}

static bool do_idle(struct test *t, char **words)
{
	(void)words;
	return wait_until(t, is_idle, NULL) || fail(t, "it does not come to rest");
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
