/*
 * What the exported pages do in a real browser: drive CHROMIUM PAGES PICTURES SCRIPT...
 *
 * A script is a line a command, each a word and the rest of the line; see the table at the end. Of
 * PAGES are the pages, to PICTURES go the pictures. A script has passed if all that it says is so,
 * and if the pages that it opened kept silent: nothing in the console, no error, nothing that they
 * wanted to load. The last line is "N passed, N failed".
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "tests/browser/chromium.h"

struct drive {
	struct chromium *browser;
	const char *pages, *pictures;
	const char *script;
	int line;
	char *url;
	bool failed;
};

static void fail(struct drive *d, const char *what, const char *more)
{
	printf("# %s:%d: %s%s\n", d->script, d->line, what, more);
	d->failed = true;
}

static void call(struct drive *d, const char *method, json_t *params)
{
	json_decref(chromium_call(d->browser, method, params));
}

/* What EXPRESSION is on the page. */
static json_t *value_of(struct drive *d, const char *expression)
{
	json_t *result = chromium_call(d->browser, "Runtime.evaluate",
		json_pack("{s:s, s:b}", "expression", expression, "returnByValue", true));
	json_t *thrown = json_object_get(result, "exceptionDetails");
	json_t *value = json_object_get(json_object_get(result, "result"), "value");

	if (thrown)
		value = json_object_get(json_object_get(thrown, "exception"), "description");
	value = value ? json_incref(value) : json_null();
	json_decref(result);
	return value;
}

static void keep_silent(struct drive *d)
{
	const char *said = d->url ? chromium_complaints(d->browser) : "";

	if (*said)
		fail(d, "the page was not silent: ", said);
}

/* ---- commands ---- */

static void do_open(struct drive *d, const char *name)
{
	keep_silent(d);
	free(d->url);
	d->url = lab_xprintf("file://%s/%s", d->pages, name);
	chromium_open(d->browser, d->url);
}

static void do_is(struct drive *d, const char *expression)
{
	json_t *value = value_of(d, expression);
	LAB_FREE char *text = json_dumps(value, JSON_ENCODE_ANY);

	if (!json_is_true(value)) {
		fail(d, "is not so: ", expression);
		printf("#   it is: %s\n", text);
	}
	json_decref(value);
}

/* A named key, or a sign, which is text. */
static void do_press(struct drive *d, const char *key)
{
	json_t *down = json_pack("{s:s, s:s}", "type", "keyDown", "key", key);

	if (key[0] && !key[1])
		json_object_set_new(down, "text", json_string(key));
	call(d, "Input.dispatchKeyEvent", down);
	call(d, "Input.dispatchKeyEvent", json_pack("{s:s, s:s}", "type", "keyUp", "key", key));
}

/* Into the middle of the first that SELECTOR finds. */
static void do_click(struct drive *d, const char *selector)
{
	static const char *const types[] = {"mousePressed", "mouseReleased"};
	LAB_FREE char *where = lab_xprintf("(() => { const e = document.querySelector(`%s`);"
					   "e.scrollIntoView({block: \"center\"}); const r = "
					   "e.getBoundingClientRect();"
					   "return [r.x + r.width / 2, r.y + r.height / 2]; })()",
		selector);
	json_t *at = value_of(d, where);

	if (json_array_size(at) != 2)
		fail(d, "there is nothing to click: ", selector);
	for (size_t i = 0; json_array_size(at) == 2 && i < 2; i++)
		call(d, "Input.dispatchMouseEvent",
			json_pack("{s:s, s:O, s:O, s:s, s:i}", "type", types[i], "x",
				json_array_get(at, 0), "y", json_array_get(at, 1), "button", "left",
				"clickCount", 1));
	json_decref(at);
}

static void do_size(struct drive *d, const char *size)
{
	int wide = 0, high = 0;

	if (sscanf(size, "%dx%d", &wide, &high) != 2)
		fail(d, "no size: ", size);
	call(d, "Emulation.setDeviceMetricsOverride",
		json_pack("{s:i, s:i, s:i, s:b}", "width", wide, "height", high,
			"deviceScaleFactor", 1, "mobile", false));
}

/* "screen", "print"; light or dark: "screen dark" */
static void do_media(struct drive *d, const char *words)
{
	bool print = strncmp(words, "print", 5) == 0, dark = strstr(words, "dark") != NULL;

	call(d, "Emulation.setEmulatedMedia",
		json_pack("{s:s, s:[{s:s, s:s}]}", "media", print ? "print" : "screen", "features",
			"name", "prefers-color-scheme", "value", dark ? "dark" : "light"));
}

static void do_scripts(struct drive *d, const char *word)
{
	call(d, "Emulation.setScriptExecutionDisabled",
		json_pack("{s:b}", "value", strcmp(word, "off") == 0));
}

static int digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

static void from_base64(struct buf *into, const char *text)
{
	unsigned bits = 0;
	int have = 0;

	for (; digit(*text) >= 0; text++) {
		bits = bits << 6 | (unsigned)digit(*text);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_putc(into, (char)(bits >> have));
		}
	}
}

/* RESULT's data, which is left alone where nothing was drawn. */
static void save(struct drive *d, json_t *result, const char *name, const char *ending)
{
	LAB_FREE char *path = lab_xprintf("%s/%s.%s", d->pictures, name, ending);
	const char *data = json_string_value(json_object_get(result, "data"));
	BUF_SCOPED bytes = BUF_INIT;
	FILE *out = fopen(path, "w");

	from_base64(&bytes, data ? data : "");
	if (bytes.len < 1000)
		fail(d, "the picture is empty: ", path);
	if (!out || fwrite(buf_text(&bytes), 1, bytes.len, out) != bytes.len || fclose(out) != 0)
		fail(d, "it cannot be saved: ", path);
	json_decref(result);
}

static void do_picture(struct drive *d, const char *name)
{
	save(d,
		chromium_call(
			d->browser, "Page.captureScreenshot", json_pack("{s:s}", "format", "png")),
		name, "png");
}

static void do_whole_picture(struct drive *d, const char *name)
{
	save(d,
		chromium_call(d->browser, "Page.captureScreenshot",
			json_pack("{s:s, s:b}", "format", "png", "captureBeyondViewport", true)),
		name, "png");
}

static void do_print(struct drive *d, const char *name)
{
	save(d, chromium_call(d->browser, "Page.printToPDF", NULL), name, "pdf");
}

static const struct {
	const char *word;
	void (*act)(struct drive *d, const char *rest);
} commands[] = {
	{"open", do_open},           /* PAGE */
	{"is", do_is},               /* EXPRESSION of the page that must be true */
	{"press", do_press},         /* KEY, as KeyboardEvent.key names it */
	{"click", do_click},         /* SELECTOR */
	{"size", do_size},           /* WIDTHxHEIGHT of the window */
	{"media", do_media},         /* "screen" or "print", "light" or "dark" */
	{"scripts", do_scripts},     /* "off" or "on", for pages that are opened next */
	{"picture", do_picture},     /* NAME: what is in sight, NAME.png */
	{"whole", do_whole_picture}, /* NAME: the whole page */
	{"print", do_print},         /* NAME: as a printer would have it, NAME.pdf */
};

/* ---- scripts ---- */

static void do_line(struct drive *d, char *line)
{
	size_t len = strcspn(line, " ");
	const char *rest = line[len] ? line + len + 1 : "";

	line[len] = '\0';
	if (!*line || *line == '#')
		return;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].word, line) == 0) {
			commands[i].act(d, rest);
			return;
		}
	fail(d, "no such command: ", line);
}

static bool drive_script(struct drive *d, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	d->script = path_base(path);
	d->line = 0;
	d->failed = false;
	if (!in)
		fail(d, "it cannot be read: ", strerror(errno));
	do_scripts(d, "on");
	do_size(d, "1280x900");
	do_media(d, "screen light");
	while (in && getline(&line, &room, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		d->line++;
		do_line(d, line);
	}
	keep_silent(d);
	free(d->url);
	d->url = NULL;
	free(line);
	if (in)
		fclose(in);
	printf("%s - %s\n", d->failed ? "not ok" : "ok", d->script);
	return !d->failed;
}

int main(int argc, char **argv)
{
	struct drive d = {0};
	int passed = 0, failed = 0;

	if (argc < 5) {
		fprintf(stderr, "usage: drive CHROMIUM PAGES PICTURES SCRIPT...\n");
		return 2;
	}
	d.pages = argv[2];
	d.pictures = argv[3];

	LAB_FREE char *profile = lab_xprintf("%s/profile", d.pages);
	LAB_FREE char *log = lab_xprintf("%s/chromium.log", d.pictures);

	d.browser = chromium_start(argv[1], profile, log);
	for (int i = 4; i < argc; i++)
		*(drive_script(&d, argv[i]) ? &passed : &failed) += 1;
	chromium_end(d.browser);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
