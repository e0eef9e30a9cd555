/* lab/event: what is written is read back, and nothing else is. */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/event/event.h"
#include "tests/unit/text_log.h"

static char *folder;

START_TEST(lines_survive_a_round_trip)
{
	static const char *const lines[] = {
		"0 0 - run -",
		"1 0 t1 start - prog=count argv0=count pid=4711",
		"12 1000002000 t2 call read fd=3 obj=pipe:1 len=4096 ret=5 @count.c:21:main",
		"12 1 t2 call read ret=-1 err=EAGAIN @count.c:21",
		"3 -5 t4096 signal SIGRTMIN+3 to=t1 from=t2",
		"4 0 t1 call write data=\"a b\\n\\t\\r\\\"\\\\\\x00\\xff\"",
		"5 0 t1 call open path=\"\" flags=O_RDWR|O_CREAT",
		"6 0 t1 call x n=-9223372036854775808 m=9223372036854775807",
		"7 0 t1 call x a=\"12\" b=\"-12\" c=\"t1\" d=t d2=- e=1x f=tx",
		"8 0 t1 call x @\"odd name.c\":1:\"f:g\"",
		"9 0 - choice - among=\"t1 t2\" picked=t1",
		"10 0 - end - why=ended status=0",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		EVENT_LOG_SCOPED *log = event_log_new();
		struct lab_error error = {0};
		struct event *e = event_parse(log, lines[i], "x", &error);
		BUF_SCOPED b = BUF_INIT;

		ck_assert_msg(e != NULL, "%s: %s", lines[i], error.text);
		event_write(e, &b);
		ck_assert_str_eq(buf_text(&b), lines[i]);
	}
}
END_TEST

START_TEST(values_keep_their_type)
{
	EVENT_LOG_SCOPED *log = event_log_new(), *copy = event_log_new();
	struct event *e = event_new(log, EVENT_CALL, 3, 77, "fcntl");
	char all[256];
	BUF_SCOPED b = BUF_INIT;
	struct lab_error error = {0};

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	event_add_int(log, e, "int", -42);
	event_add_task(log, e, "task", 7);
	event_add_text(log, e, "digits", "42");
	event_add_text(log, e, "name", "t7");
	event_add_text(log, e, "empty", "");
	event_add_bytes(log, e, "all", all, sizeof(all));
	event_set_place(log, e, "a.c", 9, "f");
	event_write(e, &b);
	e = event_parse(copy, buf_text(&b), "x", &error);
	ck_assert_msg(e != NULL, "%s", error.text);
	ck_assert_int_eq(e->task, 3);
	ck_assert_int_eq(e->time, 77);
	ck_assert(event_is(e, EVENT_CALL, "fcntl"));
	ck_assert(!event_is(e, EVENT_CALL, "read"));
	ck_assert_int_eq(event_int(e, "int", 0), -42);
	ck_assert_int_eq(event_task(e, "task"), 7);
	ck_assert_int_eq(event_int(e, "task", 5), 5);
	ck_assert_str_eq(event_text(e, "digits"), "42");
	ck_assert_str_eq(event_text(e, "name"), "t7");
	ck_assert_str_eq(event_text(e, "empty"), "");
	ck_assert_ptr_null(event_text(e, "int"));
	ck_assert_ptr_null(event_text(e, "missing"));
	ck_assert(!event_has(e, "missing"));
	ck_assert_uint_eq(event_arg(e, "all")->len, sizeof(all));
	ck_assert_mem_eq(event_arg(e, "all")->text, all, sizeof(all));
	ck_assert_str_eq(e->place.file, "a.c");
	ck_assert_int_eq(e->place.line, 9);
	ck_assert_str_eq(e->place.function, "f");
}
END_TEST

/* Arguments lie at the top of an arena while one event is built; two at once must not mix. */
START_TEST(events_may_be_built_side_by_side)
{
	EVENT_LOG_SCOPED *log = event_log_new();
	struct event *a = event_new(log, EVENT_CALL, 1, 0, "a");
	struct event *b = event_new(log, EVENT_CALL, 2, 0, "b");

	for (int i = 0; i < 100; i++) {
		char key[16];

		snprintf(key, sizeof(key), "k%d", i);
		event_add_int(log, a, key, i);
		event_add_int(log, b, key, -i);
	}
	event_log_append(log, b);
	event_log_append(log, a);
	ck_assert_uint_eq(b->step, 0);
	ck_assert_uint_eq(a->step, 1);
	ck_assert_uint_eq(a->arg_count, 100);
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(a->args[i].number, i);
		ck_assert_int_eq(b->args[i].number, -i);
	}
	ck_assert_ptr_eq(a->args[7].key, b->args[7].key);
}
END_TEST

START_TEST(large_values_and_many_names_fit)
{
	EVENT_LOG_SCOPED *log = event_log_new();
	size_t len = 3 << 20;
	LAB_FREE char *bytes = lab_xmalloc(len);

	memset(bytes, 'x', len);
	for (int i = 0; i < 3000; i++) {
		char name[16];
		struct event *e;

		snprintf(name, sizeof(name), "name%d", i);
		e = event_new(log, EVENT_CALL, 1, 0, name);
		if (i % 1000 == 0)
			event_add_bytes(log, e, "data", bytes, len);
		event_log_append(log, e);
	}
	ck_assert_str_eq(log->events[2999]->name, "name2999");
	ck_assert_str_eq(log->events[0]->name, "name0");
	ck_assert_uint_eq(event_arg(log->events[2000], "data")->len, len);
	ck_assert_int_eq(event_arg(log->events[2000], "data")->text[len - 1], 'x');
	ck_assert_int_eq(event_arg(log->events[2000], "data")->text[len], '\0');
}
END_TEST

/* As of a run of which nobody reads: as many events as one likes, in the memory of a few. */
START_TEST(a_log_that_is_emptied_takes_no_more_memory)
{
	EVENT_LOG_SCOPED *log = event_log_new();
	const char *name = event_log_text(log, "write");
	const struct event *first = NULL;

	for (int round = 0; round < 6; round++) {
		char large[3000] = "large";

		for (int i = 0; i < 1000; i++) {
			struct event *e = event_new(log, EVENT_CALL, 1, i, "write");

			/* each round's last block is kept, until one holds a whole round */
			if (round == 3 && i == 0)
				first = e;
			ck_assert(round < 4 || i > 0 || e == first);
			ck_assert_ptr_eq(e->name, name);
			ck_assert_uint_eq(e->arg_count, 0);
			event_add_int(log, e, "fd", i);
			event_add_bytes(log, e, "data", large, sizeof(large));
			event_log_append(log, e);
			ck_assert_uint_eq(e->step, (unsigned)i);
		}
		event_log_clear(log);
		ck_assert_uint_eq(log->count, 0);
		ck_assert_ptr_eq(event_log_text(log, "write"), name);
	}
}
END_TEST

START_TEST(faults_have_a_column)
{
	static const struct {
		const char *line, *message;
	} rows[] = {
		{"", "x:1: the step expected"},
		{"one 0 - run -", "x:1: a decimal number expected"},
		{"0", "x:2: the line ends too early"},
		{"0  0 - run -", "x:3: the virtual time expected"},
		{"0 0 - ", "x:7: the kind of event expected"},
		{"0 0 T1 call read", "x:5: a task (tN) or \"-\" expected"},
		{"0 0 t99999999999 call read", "x:5: this task is out of range"},
		{"0 0 t1 calls read", "x:8: no such kind of event"},
		{"0 0 t1 call \"\"", "x:13: a name cannot be empty or hold a NUL"},
		{"0 0 t1 call read fd", "x:18: KEY=VALUE or @FILE:LINE expected"},
		{"0 0 t1 call read fd=", "x:21: a value expected"},
		{"0 0 t1 call read fd=3 ", "x:23: KEY=VALUE or @FILE:LINE expected"},
		{"0 0 t1 call read n=99999999999999999999", "x:20: this number is out of range"},
		{"0 0 t1 call read d=\"ab", "x:20: a string without its closing quote"},
		{"0 0 t1 call read d=\"a\\q\"",
			"x:22: no such escape (\\n \\t \\r \\\" \\\\ \\xHH)"},
		{"0 0 t1 call read d=\"a\\x4\"",
			"x:22: no such escape (\\n \\t \\r \\\" \\\\ \\xHH)"},
		{"0 0 t1 call read d=\"a\tb\"", "x:22: a raw byte where an escape was expected"},
		{"0 0 t1 call read d=a,b", "x:21: one space expected"},
		{"0 0 t1 call read @a.c", "x:22: \":LINE\" expected"},
		{"0 0 t1 call read @a.c:x", "x:23: a decimal number expected"},
		{"0 0 t1 call read @a.c:1: ", "x:25: a function name expected"},
		{"0 0 t1 call read @a.c:1 fd=3", "x:24: the place must end the line"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EVENT_LOG_SCOPED *log = event_log_new();
		struct lab_error error = {0};

		ck_assert_msg(!event_parse(log, rows[i].line, "x", &error), "%s", rows[i].line);
		ck_assert_str_eq(error.text, rows[i].message);
		ck_assert_int_eq(error.kind, LAB_USAGE);
	}
}
END_TEST

static const char whole[] = "ipclab-log 1\n"
			    "0 0 - run - seed=1\n"
			    "1 0 t1 start - prog=count pid=4711\n"
			    "2 10 t1 main -\n"
			    "3 20 t1 call read fd=0 obj=stdin ret=3 data=\"a b\" @count.c:9:main\n"
			    "4 30 t1 exit - status=0\n"
			    "5 30 - end - why=ended status=0\n";

static char *put(const char *bytes, size_t len)
{
	char *path = path_join(folder, "x.log");
	struct lab_error e = {0};

	ck_assert_msg(file_write(path, bytes, len, 0600, &e) == 0, "%s", e.text);
	return path;
}

START_TEST(files_survive_a_round_trip)
{
	LAB_FREE char *path = put(whole, strlen(whole));
	struct lab_error error = {0};
	EVENT_LOG_SCOPED *log = event_log_load(path, &error);
	BUF_SCOPED b = BUF_INIT;

	ck_assert_msg(log != NULL, "%s", error.text);
	ck_assert_uint_eq(log->count, 6);
	ck_assert(event_log_whole(log));
	ck_assert_int_eq(event_log_save(log, path, &error), 0);
	ck_assert_int_eq(file_read(path, &b, 1 << 20, &error), 0);
	ck_assert_str_eq(buf_text(&b), whole);
}
END_TEST

/* Cut anywhere: inside a line it is refused with its place, between two it is known to be short. */
START_TEST(a_log_cut_in_half_is_noticed)
{
	for (size_t cut = 0; cut < strlen(whole); cut++) {
		LAB_FREE char *path = put(whole, cut);
		LAB_FREE char *start = lab_xprintf("%s:", path);
		struct lab_error error = {0};
		EVENT_LOG_SCOPED *log = event_log_load(path, &error);

		if (cut && whole[cut - 1] == '\n') {
			ck_assert_msg(log != NULL, "cut at %zu: %s", cut, error.text);
			ck_assert(!event_log_whole(log));
		} else {
			ck_assert_msg(!log, "cut at %zu", cut);
			ck_assert_msg(strncmp(error.text, start, strlen(start)) == 0 &&
					      strstr(error.text, "was cut here"),
				"cut at %zu: %s", cut, error.text);
		}
	}
}
END_TEST

/* To be looked at, what is whole of it will do. */
START_TEST(a_log_cut_in_half_can_be_looked_at)
{
	size_t lines = 0;

	for (size_t cut = 0; cut < strlen(whole); cut++) {
		LAB_FREE char *path = put(whole, cut);
		struct lab_error error = {0};
		EVENT_LOG_SCOPED *log = event_log_load_part(path, SIZE_MAX, &error);
		bool between = cut && whole[cut - 1] == '\n';

		lines += between;
		if (lines < 2 && !between) { /* no event is whole */
			ck_assert_msg(!log, "cut at %zu", cut);
			ck_assert_ptr_nonnull(strstr(error.text, "was cut here"));
			continue;
		}
		ck_assert_msg(log != NULL, "cut at %zu: %s", cut, error.text);
		ck_assert_int_eq(error.kind, LAB_OK);
		ck_assert_uint_eq(log->count, lines - 1);
		ck_assert(log->cut == !between);
		ck_assert_uint_eq(log->left_out, 0);
		ck_assert(!event_log_whole(log));
	}
}
END_TEST

START_TEST(of_a_long_log_the_beginning_is_read)
{
	LAB_FREE char *path = put(whole, strlen(whole));

	for (size_t most = 0; most <= 7; most++) {
		struct lab_error error = {0};
		EVENT_LOG_SCOPED *log = event_log_load_part(path, most, &error);

		ck_assert_msg(log != NULL, "%s", error.text);
		ck_assert_uint_eq(log->count, most < 6 ? most : 6);
		ck_assert_uint_eq(log->left_out, 6 - log->count);
		ck_assert(!log->cut);
	}
}
END_TEST

/* As much is held of a file as one takes of it. */
START_TEST(a_log_is_read_event_by_event)
{
	LAB_FREE char *path = put(whole, strlen(whole));
	struct lab_error error = {0};
	EVENT_READER_SCOPED *r = event_reader_open(path, &error);
	EVENT_LOG_SCOPED *log = event_log_new();
	struct event *event;

	ck_assert_msg(r != NULL, "%s", error.text);
	for (uint64_t step = 0; step < 4; step++) {
		ck_assert_int_eq(event_reader_next(r, log, &event, &error), 1);
		ck_assert_uint_eq(event->step, step);
		event_log_clear(log);
	}
	ck_assert_uint_eq(event_reader_rest(r), 2);
	ck_assert_int_eq(event_reader_next(r, log, &event, &error), 0);
	ck_assert(!event_reader_cut(r));
}
END_TEST

START_TEST(files_that_are_no_logs_are_refused)
{
	static const struct {
		const char *text;
		size_t len;
		const char *message;
	} rows[] = {
		{"", 0, ":1:1: the log was cut here: its last line has no end"},
		{"ipclab-log 2\n", 13,
			":1:1: not an event log of this version (\"ipclab-log 1\" expected)"},
		{"ipclab-log 1\n1 0 - run -\n", 25, ":2:1: step 1 where step 0 was expected"},
		{"ipclab-log 1\n0 0 - run -\n0 0 - end -\n", 37,
			":3:1: step 0 where step 1 was expected"},
		{"ipclab-log 1\n0 0 -\0run -\n", 25, ":2:6: a NUL byte"},
		{"ipclab-log 1\n0 0 - ran -\n", 25, ":2:7: no such kind of event"},
		{"ipclab-log 1\n\n", 14, ":2:1: the step expected"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		LAB_FREE char *path = put(rows[i].text, rows[i].len);
		LAB_FREE char *message = lab_xprintf("%s%s", path, rows[i].message);
		struct lab_error error = {0};

		ck_assert_ptr_null(event_log_load(path, &error));
		ck_assert_str_eq(error.text, message);
		ck_assert_ptr_null(event_log_load_part(path, SIZE_MAX, &error));
	}
}
END_TEST

static void sum(const struct event_log *log, char hex[static SHA256_HEX])
{
	struct sha256 s;

	sha256_init(&s);
	event_log_sum(log, &s);
	sha256_hex(&s, hex);
}

START_TEST(the_sum_is_part_of_the_format)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG("- run - seed=1", "t1 start - prog=count pid=4711",
		"t1 main -", "t1 call read fd=0 obj=stdin ret=3 data=\"a b\" @count.c:9:main",
		"t1 exit - status=0");
	char hex[SHA256_HEX];

	/* printf '2000 t1 main -\n3000 t1 call read fd=0 obj=stdin ret=3 data="a b"\n
	 * 4000 t1 exit - status=0\n' | sha256sum */
	sum(log, hex);
	ck_assert_str_eq(hex, "6b897e568603405c67a5780c1c91252c0e7138d120c2dd540010fd294be7887b");
}
END_TEST

/* A log of one read of LEN bytes, of which number AT is another one. */
static void sum_of_read(size_t len, size_t at, char hex[static SHA256_HEX])
{
	EVENT_LOG_SCOPED *log =
		TEXT_LOG("- run - seed=1", "t1 start - prog=count pid=4711", "t1 main -");
	LAB_FREE char *bytes = lab_xmalloc(len + 1);
	struct event *e;

	memset(bytes, 'a', len);
	if (at < len)
		bytes[at] = 'b';
	e = event_new(log, EVENT_CALL, 1, 1, "read");
	event_add_bytes(log, e, "data", bytes, len);
	event_log_append(log, e);
	sum(log, hex);
}

START_TEST(the_sum_sees_each_byte)
{
	static const size_t lengths[] = {
		3, EVENT_SUM_WHOLE, EVENT_SUM_WHOLE + 1, EVENT_SUM_WHOLE + 7, EVENT_SUM_WHOLE + 8};
	char same[SHA256_HEX], again[SHA256_HEX], other[SHA256_HEX], last[SHA256_HEX] = "";

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		sum_of_read(lengths[i], SIZE_MAX, same);
		sum_of_read(lengths[i], SIZE_MAX, again);
		ck_assert_str_eq(same, again);
		ck_assert_str_ne(same, last);
		memcpy(last, same, sizeof(last));
		for (size_t at = 0; at < lengths[i]; at += at < lengths[i] - 20 ? 13 : 1) {
			sum_of_read(lengths[i], at, other);
			ck_assert_msg(strcmp(same, other) != 0, "byte %zu of %zu", at, lengths[i]);
		}
	}
}
END_TEST

START_TEST(the_sum_leaves_out_start_up_and_places)
{
	static const char *const same[][4] = {
		{"0 0 - run -", "1 5 t1 main -", "2 6 t1 waits read fd=3 since=1 @a.c:1",
			"3 7 - end -"},
		{"0 9 - run - x=1", "1 5 t1 main -", "2 6 t1 waits read fd=3 since=0 @b.c:2:f",
			"3 7 - end -"},
	};
	static const char *const different[][4] = {
		{"0 0 - run -", "1 5 t1 main -", "2 6 t1 waits read fd=4 since=1", "3 7 - end -"},
		{"0 0 - run -", "1 5 t1 main -", "2 7 t1 waits read fd=3 since=1", "3 7 - end -"},
		{"0 0 - run -", "1 5 t2 main -", "2 6 t1 waits read fd=3 since=1", "3 7 - end -"},
		{"0 0 - run -", "1 5 t1 main -", "2 6 t1 waits write fd=3 since=1", "3 7 - end -"},
	};
	char first[SHA256_HEX], hex[SHA256_HEX];

	for (size_t i = 0; i < 6; i++) {
		const char *const *lines = i < 2 ? same[i] : different[i - 2];
		EVENT_LOG_SCOPED *log = event_log_new();

		for (size_t k = 0; k < 4; k++)
			event_log_append(log, event_parse(log, lines[k], "x", NULL));
		sum(log, i ? hex : first);
		if (i == 1)
			ck_assert_str_eq(hex, first);
		if (i > 1)
			ck_assert_str_ne(hex, first);
	}
}
END_TEST

START_TEST(every_kind_has_a_name)
{
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		const char *name = event_kind_name((enum event_kind)k);
		enum event_kind back = EVENT_KIND_COUNT;

		ck_assert_msg(name != NULL, "kind %d", k);
		ck_assert(event_kind_from_name(name, strlen(name), &back));
		ck_assert_int_eq(back, k);
	}
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	int result;

	folder = path_make_temporary("test-event", &e);
	if (!folder) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	result = RUN_SUITE("event", lines_survive_a_round_trip, values_keep_their_type,
		events_may_be_built_side_by_side, large_values_and_many_names_fit,
		a_log_that_is_emptied_takes_no_more_memory, faults_have_a_column,
		files_survive_a_round_trip, a_log_cut_in_half_is_noticed,
		a_log_cut_in_half_can_be_looked_at, of_a_long_log_the_beginning_is_read,
		a_log_is_read_event_by_event, files_that_are_no_logs_are_refused,
		the_sum_is_part_of_the_format, the_sum_sees_each_byte,
		the_sum_leaves_out_start_up_and_places, every_kind_has_a_name);
	path_remove_tree(folder, NULL);
	free(folder);
	return result;
}
