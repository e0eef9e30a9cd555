/*
 * What the program shows: the screen as text, in which what is another each time has been made the
 * same, and the bytes that it has sent. Whoever looks waits until it is what it should be; so do
 * the other commands, by wait_until().
 */
#include "config.h"

#include "tests/screen/shown.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/base/fd.h"
#include "tests/screen/commands.h"
#include "tests/screen/kinds.h"

enum { PATIENCE_MS = 60000, QUIET_MS = 300 };
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

bool do_until(struct test *t, char **words)
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

bool do_gone(struct test *t, char **words)
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

bool do_shot(struct test *t, char **words)
{
	return take_shot(t, words[0]);
}

static bool is_coloured(struct test *t, const void *wanted)
{
	return terminal_coloured(t->terminal) == *(const bool *)wanted;
}

bool do_coloured(struct test *t, char **words)
{
	bool wanted = strcmp(words[0], "kind") == 0 ? t->kind->coloured : *words[0] == 'y';

	return wait_until(t, is_coloured, &wanted) ||
	       fail(t, "the screen is %scoloured", terminal_coloured(t->terminal) ? "" : "not ");
}

bool do_ascii(struct test *t, char **words)
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

bool do_heard(struct test *t, char **words)
{
	(void)words;
	t->heard = terminal_output(t->terminal)->len;
	return true;
}

bool do_sent(struct test *t, char **words)
{
	return wait_until(t, was_sent, words[0]) || fail(t, "%s was not written", words[0]);
}

bool do_unsent(struct test *t, char **words)
{
	return !was_sent(t, words[0]) || fail(t, "%s was written", words[0]);
}
