/*
 * 07-shm/03-shm-toolbox: four commands, each a program of its own, and one object.
 *
 * Most checks begin with an object that the student's own create has made. What the commands did to
 * it is seen in the object itself, which is a file; why, in the calls. Each check looks at one
 * thing, so that a program with one mistake fails the check that names it.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exercises/toolbox.h"

#define PAGE      4096
#define SIZE_MOST (3 * PAGE)

struct object {
	const char *name;
	int size;
};

static struct object draw_object(int low, int high)
{
	return (struct object){text_of("/%s", draw_word((size_t)draw(3, 8))), draw(low, high)};
}

/* ---- What is there ---- */

struct content {
	bool there;
	const char *bytes;
	size_t size;
	unsigned mode;
};

static struct content content_of(struct judged *run, const char *name)
{
	const char *path = text_of("/dev/shm%s", name);
	struct content c = {.bytes = file_of(run, path)};
	size_t count = count_events(run, EVENT_FILE, NULL, 0);
	const struct event *e = find_event(run, EVENT_FILE, NULL, 0, count - 1);
	const struct event_arg *data = event_arg(e, "data");

	c.there = c.bytes;
	c.size = data && c.bytes ? data->len : 0;
	c.mode = (unsigned)event_int(e, "mode", 0);
	return c;
}

static size_t text_length(const struct content *c)
{
	return strnlen(c->bytes, c->size);
}

static const char *text_in(const struct content *c)
{
	return text_of("%.*s", (int)text_length(c), c->bytes);
}

/* ---- What the latest program called ---- */

/* Is E a call of NAME by the latest program, or a child of it? */
static bool is_latest(struct judged *run, const struct event *e, const char *name)
{
	return event_is(e, EVENT_CALL, name) && e->task >= task_of(run);
}

static const struct event *failed_call(struct judged *run, const char *name)
{
	const struct event *e = last_call(run, name);

	return e && !worked(e) ? e : NULL;
}

/* The last open() of an object, that is shm_open(). */
static const struct event *last_open(struct judged *run)
{
	const struct event_log *log = log_of(run);

	for (size_t i = log->count; i > 0; i--) {
		const struct event *e = log->events[i - 1];

		if (is_latest(run, e, "open") && event_text(e, "path") &&
			strncmp(event_text(e, "path"), "/dev/shm/", 9) == 0)
			return e;
	}
	return NULL;
}

static bool has_flag(const struct event *open, const char *flag)
{
	return open && event_text(open, "flags") && strstr(event_text(open, "flags"), flag);
}

/* The call by which the latest program made an object shorter than SIZE; NULL. */
static const struct event *shrinking_call(struct judged *run, int size)
{
	const struct event_log *log = log_of(run);

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		const char *path = event_text(e, "path");

		if ((is_latest(run, e, "ftruncate") || is_latest(run, e, "truncate")) &&
			worked(e) && event_int(e, "len", INT_MAX) < size)
			return e;
		if (is_latest(run, e, "open") && worked(e) && path && has_flag(e, "O_TRUNC") &&
			strncmp(path, "/dev/shm/", 9) == 0)
			return e;
	}
	return NULL;
}

/* Where the latest program touched what it should not have; NULL. */
static const struct event *fatal_signal(struct judged *run)
{
	const struct event_log *log = log_of(run);

	for (size_t i = log->count; i > 0; i--) {
		const struct event *e = log->events[i - 1];

		if (e->task >= task_of(run) && e->place.file &&
			(e->kind == EVENT_SIGNAL || e->kind == EVENT_DELIVER ||
				e->kind == EVENT_KILLED))
			return e;
	}
	return NULL;
}

/* ---- Running commands ---- */

/* Did the latest program, which was asked to use O, get no mapping of it? */
static void expect_mapped(struct judged *run, const struct object *o)
{
	const struct event *e = failed_call(run, "mmap"), *open = last_open(run);
	const char *err = e ? event_text(e, "err") : "";

	if (!e || exit_of(run) == 0)
		return;
	expect_at(run, strcmp(err, "EACCES") != 0 || !has_flag(open, "O_WRONLY"), CLASS_OUTPUT, e,
		"`%s`: mmap failed with EACCES, because the object was opened with O_WRONLY: "
		"shm_open knows only O_RDONLY and O_RDWR. (glibc lets the flag through. But a "
		"mapping must always be able to read its object, so it is mmap that refuses.)",
		called(run));
	expect_at(run, strcmp(err, "EACCES") != 0 || !has_flag(open, "O_RDONLY"), CLASS_OUTPUT, e,
		"`%s`: mmap failed with EACCES, because the object was opened with O_RDONLY. To "
		"store into a shared mapping (PROT_WRITE) takes O_RDWR.",
		called(run));
	expect_at(run, !has_flag(open, "O_TRUNC"), CLASS_OUTPUT, open,
		"`%s`: O_TRUNC shrank the object from %d to 0 bytes. All that was in it is gone, "
		"there is nothing left to map (mmap failed with %s), and others who have it mapped "
		"get SIGBUS. Leave the size alone.",
		called(run), o->size, err);
	expect_at(run, strcmp(err, "EINVAL") != 0 || event_int(e, "len", 0) != 0, CLASS_OUTPUT, e,
		"`%s`: mmap failed with EINVAL: it was asked for 0 bytes. The object has %d; "
		"fstat() tells.",
		called(run), o->size);
	expect_at(run, exit_of(run) >= 0, CLASS_CRASH, e,
		"`%s`: mmap failed with %s, and its result was used as an address all the same: it "
		"ended with %s. When mmap fails it returns MAP_FAILED, which is (void *)-1, not "
		"NULL.",
		called(run), err, how_ended(run, task_of(run)));
}

/* A fault that the object's length explains. */
static void expect_no_fault(struct judged *run, const struct object *o)
{
	const struct event *at = fatal_signal(run), *mapped = last_call(run, "mmap");
	struct content c;

	if (exit_of(run) != -SIGBUS)
		return;
	c = content_of(run, o->name);
	expect_at(run, c.size > 0, CLASS_CRASH, at,
		"`%s` was killed by SIGBUS at the first access: a new object has length 0, so "
		"there "
		"is nothing behind the %lld bytes that were mapped. ftruncate() must come first: "
		"it is needed, not \"recommended\". A mapping does not make an object longer. See "
		"shm_open(3).",
		called(run), (long long)(mapped ? event_int(mapped, "len", o->size) : o->size));
	expect_at(run, false, CLASS_CRASH, at,
		"`%s` was killed by SIGBUS: it touched a page behind the end of the object, which "
		"has %zu bytes. One may map more than that, but not use it.",
		called(run), c.size);
}

/* The latest program has done to O what it was asked to do. */
static void expect_success(struct judged *run, const struct object *o)
{
	expect_mapped(run, o);
	expect_no_fault(run, o);
	if (exit_of(run) < 0)
		expect_exit(run, 0);
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"`%s` ended with %s, but there is no reason to fail. On standard error it said %s.",
		called(run), how_ended(run, task_of(run)), shown(errors_of(run)));
}

static struct content expect_made(struct judged *run, const struct object *o)
{
	struct content c;

	expect(run,
		exit_of(run) != 1 || last_open(run) || !strstr(errors_of(run), strerror(EINVAL)),
		CLASS_OUTPUT,
		"`%s` ended with exit status 1, and said %s. shm_open() itself refused the name: "
		"it "
		"has one slash, at its beginning, and no other. It is no path; where such objects "
		"lie is the library's business. Use it as it comes from the command line.",
		called(run), shown(errors_of(run)));
	expect_success(run, o);
	c = content_of(run, o->name);
	expect(run, c.there, CLASS_OUTPUT,
		"`%s` ended with exit status 0, but there is no object %s: /dev/shm%s does not "
		"exist.",
		called(run), o->name, o->name);
	expect(run, c.size > 0, CLASS_OUTPUT,
		"`%s` made an object of 0 bytes: so it is born, and there is no byte in it that "
		"anybody could use. The first store to a mapping of it is SIGBUS. ftruncate() "
		"gives it its %d bytes: it is needed, not \"recommended\". See shm_open(3).",
		called(run), o->size);
	expect(run, c.size == (size_t)o->size, CLASS_OUTPUT,
		"`%s` made an object of %zu bytes; it should have %d.", called(run), c.size,
		o->size);
	return c;
}

/* Creates an object in the world of RUN; NULL: in a new one. Whether it is removed is for the check
 * of unlink. */
static struct content make(struct judged **run, const struct object *o)
{
	run_in(run, "shm", ARGS("create", o->name, decimal(o->size)));
	return expect_made(*run, o);
}

static struct judged *with_object(const struct object *o)
{
	struct judged *run = NULL;

	make(&run, o);
	return run;
}

/* What becomes of those who have an object mapped that was cut from SIZE to LEFT bytes. */
static const char *harm_of_cut(int size, int left)
{
	int pages = (size + PAGE - 1) / PAGE, pages_left = (left + PAGE - 1) / PAGE;

	if (pages_left == pages)
		return "the rest is zeroed, whoever was using it";
	return text_of("the rest is zeroed, and a reader that has page %d mapped gets SIGBUS there",
		pages_left + 1);
}

static void then_write(struct judged *run, const struct object *o, const char *text)
{
	const struct event *e;

	then_run(run, "shm", .args = ARGS("write", o->name, text));
	expect_success(run, o);
	e = shrinking_call(run, o->size);
	expect_at(run, !e, CLASS_OUTPUT, e,
		"You shrank the object from %d to %lld bytes: %s. The size is create's business; a "
		"text may be shorter than its object.",
		o->size, (long long)event_int(e, "len", 0),
		harm_of_cut(o->size, (int)event_int(e, "len", 0)));
}

/* ---- create ---- */

START_TEST(create_makes_the_object)
{
	const struct object objects[] = {draw_object(2, PAGE - 1), draw_object(1, 1),
		draw_object(PAGE, PAGE), draw_object(PAGE + 1, SIZE_MOST)};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		struct content c = make(&run, &objects[i]);

		expect(run, c.mode == 0600, CLASS_OUTPUT,
			"`%s` made an object with permissions %#o; they should be 0600: its owner "
			"may read and write, nobody else may do anything.",
			called(run), c.mode);
		expect(run, text_length(&c) == 0, CLASS_OUTPUT,
			"`%s` made an object that begins with %s. All of its bytes should be 0.",
			called(run), shown(text_in(&c)));
		expect_output(run, "");
		expect_errors(run, false);
	}
}
END_TEST

START_TEST(create_refuses_an_old_object)
{
	struct object o = draw_object(100, PAGE);
	struct judged *run = with_object(&o);
	struct content old, c;

	then_write(run, &o, draw_word(9));
	old = content_of(run, o.name);
	expect(run, old.there, CLASS_OUTPUT,
		"After `%s` there is no object %s any more. It is to stay until somebody asks for "
		"`shm unlink`.",
		called(run), o.name);
	then_run(run, "shm", .args = ARGS("create", o.name, text_of("%d", o.size - 10)));
	c = content_of(run, o.name);
	expect_at(run, c.there && strcmp(text_in(&c), text_in(&old)) == 0, CLASS_OUTPUT,
		shrinking_call(run, o.size),
		"There was an object %s already, with %s in it; after `%s` that is gone. It is not "
		"for create to decide that nobody needs it any more: with O_EXCL beside O_CREAT, "
		"shm_open() fails with EEXIST.",
		o.name, shown(text_in(&old)), called(run));
	expect_at(run, c.size == old.size, CLASS_OUTPUT, last_call(run, "ftruncate"),
		"There was an object %s already, of %zu bytes; `%s` made %zu of them, under the "
		"feet "
		"of whoever uses it. With O_EXCL beside O_CREAT, shm_open() fails with EEXIST.",
		o.name, old.size, called(run), c.size);
	expect_at(run, exit_of(run) == 1, CLASS_EXIT, last_open(run),
		"There was an object %s already, but `%s` ended with %s. O_CREAT alone just opens "
		"it, with what it holds; with O_EXCL beside it shm_open() fails with EEXIST, and "
		"that is to be said on standard error.",
		o.name, called(run), how_ended(run, task_of(run)));
}
END_TEST

/* ---- write ---- */

START_TEST(write_stores_the_text)
{
	struct object o = draw_object(60, PAGE - 1);
	struct judged *run = with_object(&o);
	const char *const texts[] = {draw_word((size_t)draw(30, 50)), draw_word((size_t)draw(3, 9)),
		"", "%s%n \\ \n\t\xff\x01", draw_word((size_t)o.size - 1),
		draw_word((size_t)o.size)};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i]);
		struct content c;

		then_write(run, &o, texts[i]);
		c = content_of(run, o.name);
		expect(run, c.there && c.size >= len && memcmp(c.bytes, texts[i], len) == 0,
			CLASS_OUTPUT,
			"`%s` ended with exit status 0, but the object begins with %s. Only "
			"what is stored through a MAP_SHARED mapping gets into the object; with "
			"MAP_PRIVATE it goes to a copy of the page.",
			called(run), shown(text_in(&c)));
		expect(run, c.size <= len || c.bytes[len] == '\0', CLASS_OUTPUT,
			"`%s` stored the %zu bytes of its text, but no '\\0' behind them: there "
			"are "
			"still bytes of the text that was there before, and who reads gets %s. "
			"strlen() does not count the '\\0'.",
			called(run), len, shown(text_in(&c)));
		expect_output(run, "");
		expect_errors(run, false);
	}
}
END_TEST

START_TEST(write_keeps_the_size)
{
	struct object o = draw_object(2 * PAGE, 2 * PAGE);
	const char *const texts[] = {
		draw_word((size_t)draw(5, 9)), draw_word((size_t)draw(PAGE + 100, 2 * PAGE))};
	struct judged *run = with_object(&o);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct content c;

		then_write(run, &o, texts[i]);
		c = content_of(run, o.name);
		expect(run, c.size == (size_t)o.size, CLASS_OUTPUT,
			"After `%s` the object has %zu bytes; there were %d. It should keep its "
			"size.",
			called(run), c.size, o.size);
	}
}
END_TEST

/* `write` of a text that is LONGER bytes too long for O, which holds another one. */
static void expect_refused(struct judged *run, const struct object *o, int longer)
{
	struct content old = content_of(run, o->name), c;

	then_run(run, "shm", .args = ARGS("write", o->name, draw_word((size_t)(o->size + longer))));
	expect_at(run, exit_of(run) >= 0, CLASS_CRASH, fatal_signal(run),
		"The object has %d bytes, the text %d, and `%s` ended with %s. A mapping does not "
		"make an object longer: ask fstat() for its size before you store.",
		o->size, o->size + longer, called(run), how_ended(run, task_of(run)));
	c = content_of(run, o->name);
	expect_at(run, c.size == old.size, CLASS_OUTPUT, last_call(run, "ftruncate"),
		"The object had %zu bytes, the text has %d, and now the object has %zu. write "
		"never "
		"changes the size: a text that is too long is refused.",
		old.size, o->size + longer, c.size);
	expect(run, exit_of(run) == 1, CLASS_EXIT,
		"The object has %d bytes, the text %d, but `%s` ended with %s. What is stored "
		"behind the object's end gets lost, even where the rest of its last page takes it. "
		"Compare first, say on standard error that the text is too long, and end with exit "
		"status 1.",
		o->size, o->size + longer, called(run), how_ended(run, task_of(run)));
	expect(run, strcmp(text_in(&c), text_in(&old)) == 0, CLASS_OUTPUT,
		"`%s` refused a text that is too long, but only after it had changed the object: "
		"there was %s, now there is %s.",
		called(run), shown(text_in(&old)), shown(text_in(&c)));
	expect_errors(run, true);
	expect_output(run, "");
}

START_TEST(write_refuses_a_long_text)
{
	struct object small = draw_object(2, 200), page = draw_object(PAGE, PAGE);
	struct judged *run = with_object(&small);

	then_write(run, &small, draw_word((size_t)(small.size > 9 ? 9 : small.size)));
	expect_refused(run, &small, draw(2, 20));
	expect_refused(run, &small, 1);
	make(&run, &page);
	then_write(run, &page, draw_word(9));
	expect_refused(run, &page, 1);
	expect_refused(run, &page, PAGE);
}
END_TEST

/* ---- read ---- */

START_TEST(read_prints_the_text)
{
	struct object o = draw_object(100, PAGE - 1);
	struct judged *run = with_object(&o);
	const char *const texts[] = {draw_word((size_t)draw(50, 99)), "", "%d%s%n\n\\ \xfe\x01"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct content before, after;

		then_write(run, &o, texts[i]);
		before = content_of(run, o.name);
		then_run(run, "shm", .args = ARGS("read", o.name));
		expect_success(run, &o);
		expect(run,
			output_size(run) != before.size + 1 ||
				memcmp(output_of(run), before.bytes, before.size) != 0,
			CLASS_OUTPUT,
			"The object holds %zu bytes of text, then a '\\0'. `%s` printed all of its "
			"%zu bytes and a newline; a terminal hides the many '\\0', the next "
			"program "
			"would not. strnlen() tells where the text ends.",
			text_length(&before), called(run), before.size);
		expect_output(run, text_of("%s\n", text_in(&before)));
		expect_errors(run, false);
		after = content_of(run, o.name);
		expect(run,
			after.there && before.size == after.size &&
				memcmp(before.bytes, after.bytes, after.size) == 0,
			CLASS_OUTPUT, "`%s` changed the object that it read.", called(run));
	}
}
END_TEST

START_TEST(read_ends_with_the_object)
{
	const int sizes[] = {draw(2, 30), draw(1, 2) * PAGE};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct object o = draw_object(sizes[i], sizes[i]);
		struct content c;

		make(&run, &o);
		then_write(run, &o, draw_word((size_t)o.size));
		c = content_of(run, o.name);
		then_run(run, "shm", .args = ARGS("read", o.name));
		expect_at(run, exit_of(run) >= 0, CLASS_CRASH, fatal_signal(run),
			"All %d bytes of the object belong to the text, so there is no '\\0' in "
			"it, "
			"and `%s` ended with %s. \"%%s\" and strlen() go on until they find one, "
			"behind the object if need be. strnlen() takes a limit.",
			o.size, called(run), how_ended(run, task_of(run)));
		expect_success(run, &o);
		expect(run, output_size(run) <= (size_t)o.size + 1, CLASS_OUTPUT,
			"All %d bytes of the object belong to the text, so there is no '\\0' in "
			"it. "
			"You printed %zu bytes and a newline: what comes behind the object in "
			"memory, too. strnlen() takes a limit.",
			o.size, output_size(run) - 1);
		expect_output(run, text_of("%s\n", text_in(&c)));
	}
}
END_TEST

/* ---- unlink ---- */

START_TEST(unlink_removes_the_name)
{
	struct object o = draw_object(20, SIZE_MOST);
	struct judged *run = with_object(&o);
	const struct event *e;

	then_run(run, "shm", .args = ARGS("unlink", o.name));
	e = last_call(run, "unlink");
	if (content_of(run, o.name).there) {
		const char *path = e && event_text(e, "path") ? event_text(e, "path") : NULL;
		const char *name = path && strncmp(path, "/dev/shm/", 9) == 0 ? path + 9 : path;

		expect_at(run, !e || worked(e) || !name, CLASS_LEAK, e,
			"/dev/shm%s is still there; shm_unlink(\"%s\") failed with %s. The name "
			"that is removed must be the one that was created: it comes from the "
			"command line.",
			o.name, name, event_text(e, "err"));
		expect(run, exit_of(run) == 0, CLASS_LEAK,
			"/dev/shm%s is still there: `%s` ended with %s. On standard error it said "
			"%s. The name for shm_unlink() is the one that shm_open() was given, with "
			"one slash and no other; where in the file system such objects lie is the "
			"library's business.",
			o.name, called(run), how_ended(run, task_of(run)), shown(errors_of(run)));
		expect(run, false, CLASS_LEAK,
			"/dev/shm%s is still there, but `%s` ended with exit status 0. "
			"shm_unlink() "
			"removes it: neither the end of a process nor munmap() or close() does.",
			o.name, called(run));
	}
	expect_success(run, &o);
	expect_output(run, "");
	expect_errors(run, false);
	then_run(run, "shm", .args = ARGS("create", o.name, "10"));
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"After `shm unlink %s` the name should be free, but `%s` ended with %s.", o.name,
		called(run), how_ended(run, task_of(run)));
	then_run(run, "shm", .args = ARGS("unlink", o.name));
	expect_success(run, &o);
}
END_TEST

/* ---- Failures ---- */

START_TEST(only_create_makes_objects)
{
	const char *none = text_of("/%s", draw_word(9));
	const char *const *const commands[] = {ARGS("write", none, "text"), ARGS("read", none)};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		run_in(&run, "shm", commands[i]);
		expect_at(run, !content_of(run, none).there, CLASS_OUTPUT, last_open(run),
			"There was no object %s; after `%s` there is one, because of O_CREAT. Only "
			"create makes objects: to use one that is not there is a failure "
			"(ENOENT).",
			none, called(run));
		expect(run, exit_of(run) >= 0, CLASS_CRASH,
			"There is no object %s, so shm_open() returned -1. `%s` went on with that "
			"and ended with %s. Look at the result of each call before you use it.",
			none, called(run), how_ended(run, task_of(run)));
		expect(run, exit_of(run) == 1, CLASS_EXIT,
			"There is no object %s, but `%s` ended with %s. It should say so on "
			"standard error and end with exit status 1.",
			none, called(run), how_ended(run, task_of(run)));
		expect_told(run, "shm", none, ENOENT);
	}
}
END_TEST

START_TEST(failures_are_told)
{
	const char *none = text_of("/%s", draw_word(9));
	const char *deep = text_of("/%s/%s", draw_word(3), draw_word(4));
	struct object o = draw_object(20, 90);
	const struct {
		const char *const *args;
		int errnum;
	} rows[] = {
		{ARGS("create", o.name, "10"), EEXIST},
		{ARGS("create", deep, "10"), EINVAL},
		{ARGS("unlink", none), ENOENT},
	};
	struct judged *run = with_object(&o);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		then_run(run, "shm", .args = rows[i].args);
		expect_told(run, "shm", rows[i].args[1], rows[i].errnum);
	}
}
END_TEST

START_TEST(calls_that_seldom_fail_are_looked_at)
{
	const char *fresh = text_of("/%s", draw_word(9));
	struct object o = draw_object(20, 90);
	struct judged *run = with_object(&o);

	then_fails(run, "shm", ARGS("create", fresh, "100"), "shm_open", EMFILE);
	fresh = text_of("/%s", draw_word(9));
	if (then_fails(run, "shm", ARGS("create", fresh, "100"), "ftruncate", EFBIG))
		expect(run, !content_of(run, fresh).there, CLASS_LEAK,
			"ftruncate() failed, and `%s` left the object behind, with 0 bytes: nobody "
			"can use it, and the next create says that it exists. Remove it again.",
			called(run));
	then_fails(run, "shm", ARGS("write", o.name, "text"), "shm_open", EACCES);
	then_fails(run, "shm", ARGS("write", o.name, "text"), "mmap", ENOMEM);
	then_fails(run, "shm", ARGS("read", o.name), "shm_open", EMFILE);
	then_fails(run, "shm", ARGS("read", o.name), "mmap", ENOMEM);
	then_fails(run, "shm", ARGS("unlink", o.name), "unlink", EACCES);
}
END_TEST

START_TEST(tells_how_it_is_used)
{
	const char *const *const rows[] = {ARGS(NULL), ARGS("frobnicate", "/n"), ARGS("create"),
		ARGS("create", "/n"), ARGS("create", "/n", "many"), ARGS("create", "/n", "0"),
		ARGS("write", "/n"), ARGS("read"), ARGS("unlink", "/n", "/m"), NULL};

	expect_usage("shm", rows);
}
END_TEST

JUDGE(CHECK(create_makes_the_object, .weight = 2), CHECK(create_refuses_an_old_object),
	CHECK(write_stores_the_text, .weight = 2), CHECK(write_keeps_the_size, .weight = 2),
	CHECK(write_refuses_a_long_text, .weight = 2), CHECK(read_prints_the_text),
	CHECK(read_ends_with_the_object), CHECK(unlink_removes_the_name, .weight = 2),
	CHECK(only_create_makes_objects), CHECK(failures_are_told),
	CHECK(calls_that_seldom_fail_are_looked_at), CHECK(tells_how_it_is_used))
