/*
 * 01-fork/05-shared-offset: two processes write records into one file, and all of them arrive.
 *
 * What is in the file at the end decides. Who did the damage is found by going through the calls of
 * the log: each description's offset, and for each byte of the file the write that it came from.
 * Programs that write by other means (writev, a mapping) are judged by the file alone.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"

#define RECORD       14
#define MOST         1000
#define FILE_MOST    (2 * MOST * RECORD + 4096)
#define SCHEDULES    12
#define LARGE_RUNS   6
#define DESCRIPTIONS 256 /* that are kept apart; as many as a process can have open */

/* What is in the file at the end. */
struct book {
	const char *bytes; /* NULL: no file */
	size_t len;
	int whole;    /* different records that are whole and stand where one can stand */
	size_t right; /* bytes up to the first that does not belong to a whole record */
	char missing[24], twice[24]; /* the first of these, "P 0001"; or "" */
};

static const char *record_of(char who, int i)
{
	return text_of("%c %04d.......\n", who, i);
}

/* Looks whether AT is a record of 1..N; *WHO and *I say which. */
static bool is_record(const char *at, int n, char *who, int *i)
{
	*who = at[0];
	*i = (at[2] - '0') * 1000 + (at[3] - '0') * 100 + (at[4] - '0') * 10 + at[5] - '0';
	return (*who == 'P' || *who == 'C') && *i >= 1 && *i <= n &&
	       memcmp(at, record_of(*who, *i), RECORD) == 0;
}

static struct book read_book(struct judged *run, const char *name, int n)
{
	struct book book = {.bytes = file_of(run, name)};
	const struct event *e = NULL, *next;
	bool seen[2][MOST + 1] = {{false}};
	char who;
	int i;

	for (size_t at = 0; (next = find_event(run, EVENT_FILE, NULL, 0, at)); at++)
		e = next;
	if (!book.bytes)
		return book;
	book.len = event_arg(e, "data")->len;
	for (size_t at = 0; at + RECORD <= book.len; at += RECORD) {
		if (!is_record(book.bytes + at, n, &who, &i))
			break;
		if (seen[who == 'C'][i] && !book.twice[0])
			snprintf(book.twice, sizeof(book.twice), "%c %04d", who, i);
		book.whole += !seen[who == 'C'][i];
		seen[who == 'C'][i] = true;
		book.right = at + RECORD;
	}
	for (i = 2 * n; i-- > 0;)
		if (!seen[i % 2][i / 2 + 1])
			snprintf(book.missing, sizeof(book.missing), "%c %04d", "PC"[i % 2],
				i / 2 + 1);
	return book;
}

/* ---- Who did it ---- */

/* The first damage that the calls did; each event is a call that succeeded. */
struct damage {
	enum { NONE, THROWN_AWAY, OVERWRITTEN } kind;
	const struct event *by, *victim; /* VICTIM: the write of what is gone */
	long long at;                    /* where it was */
	int records;                     /* THROWN_AWAY: how many */
	bool two_offsets;                /* OVERWRITTEN: through another description */
	const struct event *seek;        /* ...: the lseek that BY relied upon, older than VICTIM */
};

struct offset {
	long long at;
	const struct event *seek; /* the last lseek, if no write came after it */
};

struct cell {
	const struct event *write; /* NULL: nobody has written this byte */
	int description;           /* through which it came */
};

/* The file and its descriptions, as the calls of the log have made them so far. */
static struct replay {
	struct model *model;
	struct offset offsets[DESCRIPTIONS];
	struct cell cells[FILE_MOST];
	long long size;
	struct damage damage;
} replay;

static bool has_flag(const struct event *e, const char *flag)
{
	return e && event_text(e, "flags") && strstr(event_text(e, "flags"), flag);
}

static struct offset *offset_of(const struct model_fd *fd)
{
	return &replay.offsets[fd->description % DESCRIPTIONS];
}

/* The first byte from FROM to TO that somebody has written; TO: there is none. */
static long long first_written(long long from, long long to)
{
	to = to < FILE_MOST ? to : FILE_MOST;
	while (from < to && !replay.cells[from].write)
		from++;
	return from;
}

static void replay_cut(const struct event *e, long long len)
{
	long long size = replay.size < FILE_MOST ? replay.size : FILE_MOST;
	long long at = first_written(len, size);

	if (at < size && !replay.damage.kind)
		replay.damage = (struct damage){.kind = THROWN_AWAY,
			.by = e,
			.victim = replay.cells[at].write,
			.at = at,
			.records = (int)((size - len + RECORD - 1) / RECORD)};
	for (long long i = len; i < size; i++)
		replay.cells[i].write = NULL;
	replay.size = len;
}

static void replay_write(const struct event *e, const struct model_fd *fd)
{
	struct offset *offset = offset_of(fd);
	bool placed = event_has(e, "offset");
	long long from = placed                             ? event_int(e, "offset", 0)
			 : has_flag(fd->opened, "O_APPEND") ? replay.size
							    : offset->at;
	long long to = from + event_int(e, "ret", 0), at = first_written(from, to);

	if (at < to && at < FILE_MOST && !replay.damage.kind) {
		const struct cell *old = &replay.cells[at];
		bool stale = !placed && offset->seek && offset->seek->step < old->write->step;

		replay.damage = (struct damage){.kind = OVERWRITTEN,
			.by = e,
			.victim = old->write,
			.at = at,
			.two_offsets = !placed && old->description != fd->description,
			.seek = stale ? offset->seek : NULL};
	}
	for (long long i = from; i < to && i < FILE_MOST; i++)
		replay.cells[i] = (struct cell){e, fd->description};
	replay.size = replay.size > to ? replay.size : to;
	if (!placed)
		*offset = (struct offset){.at = to};
}

/* E, of a call that succeeded with the file. */
static void replay_call(const struct event *e)
{
	bool opens = event_is(e, EVENT_CALL, "open") || event_is(e, EVENT_CALL, "creat");
	const struct model_fd *fd;

	model_go_to(replay.model, e->step + opens); /* an open is looked at when it is done */
	fd = model_fd(replay.model, e->task, (int)event_int(e, opens ? "ret" : "fd", -1));
	if (opens && fd)
		*offset_of(fd) = (struct offset){.at = 0};
	if (has_flag(e, "O_TRUNC") || event_is(e, EVENT_CALL, "creat"))
		replay_cut(e, 0);
	else if (event_is(e, EVENT_CALL, "ftruncate"))
		replay_cut(e, event_int(e, "len", 0));
	else if (event_is(e, EVENT_CALL, "lseek") && fd)
		*offset_of(fd) = (struct offset){.at = event_int(e, "ret", 0), .seek = e};
	else if ((event_is(e, EVENT_CALL, "write") || event_is(e, EVENT_CALL, "pwrite")) && fd)
		replay_write(e, fd);
}

/* The object of the file of that name; NULL if nobody has opened it. */
static const char *object_of(struct judged *run, const char *name)
{
	static const char *const calls[] = {"open", "creat"};
	const struct event *e;

	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; (e = find_event(run, EVENT_CALL, calls[c], 0, i)); i++)
			if (event_text(e, "path") && event_text(e, "obj") &&
				strcmp(event_text(e, "path"), name) == 0)
				return event_text(e, "obj");
	return NULL;
}

/* Is E a call with this object, and did it succeed? */
static bool is_done_with(const struct event *e, const char *object)
{
	return object && e->kind == EVENT_CALL && event_int(e, "ret", -1) >= 0 &&
	       event_text(e, "obj") && strcmp(event_text(e, "obj"), object) == 0;
}

static const struct damage *find_damage(struct judged *run, const char *name)
{
	const struct event_log *log = log_of(run);
	const char *object = object_of(run, name);
	MODEL_SCOPED *model = model_new(log);

	memset(&replay, 0, sizeof(replay));
	replay.model = model;
	for (size_t i = 0; i < log->count; i++)
		if (is_done_with(log->events[i], object))
			replay_call(log->events[i]);
	return &replay.damage;
}

/* ---- What must hold ---- */

static long long pid_at(struct judged *run, const struct event *e)
{
	return (long long)pid_of(run, e->task);
}

static void expect_kept(struct judged *run, const struct damage *d, enum verdict_class class)
{
	expect_at(run, d->kind != THROWN_AWAY, class, d->by,
		"The %s() of process %lld%s threw away %d records of process %lld, which had begun "
		"to write before. Empty the file once, before there are two processes.",
		d->by->name, pid_at(run, d->by),
		has_flag(d->by, "O_TRUNC")          ? ", with O_TRUNC,"
		: strcmp(d->by->name, "creat") == 0 ? ", which is open() with O_TRUNC,"
						    : "",
		d->records, pid_at(run, d->victim));
}

static void expect_not_overwritten(
	struct judged *run, const struct damage *d, enum verdict_class class)
{
	const char *what = d->kind == OVERWRITTEN && event_text(d->victim, "data")
				   ? shown(event_text(d->victim, "data"))
				   : "";

	if (d->kind != OVERWRITTEN)
		return;
	expect_at(run, !d->seek || d->by->task == d->victim->task, class, d->by,
		"Between the lseek() of process %lld, to byte %lld, and its write() process %lld "
		"wrote to just that place: what it wrote there (%s) is overwritten. To find the "
		"end and to write there are two steps. O_APPEND makes it one; see open(2).",
		pid_at(run, d->by), (long long)event_int(d->seek, "ret", 0), pid_at(run, d->victim),
		what);
	expect_at(run, !d->two_offsets || d->by->task == d->victim->task, class, d->by,
		"What process %lld wrote to byte %lld (%s) is overwritten by process %lld. They "
		"write through two open file descriptions, so there are two offsets, and each "
		"process moves only its own. Share one description, or use O_APPEND; see open(2).",
		pid_at(run, d->victim), d->at, what, pid_at(run, d->by));
	expect_at(run, false, class, d->by,
		"What process %lld wrote to byte %lld (%s) is overwritten by a %s() of process "
		"%lld.",
		pid_at(run, d->victim), d->at, what, d->by->name, pid_at(run, d->by));
}

/* The file has something at byte BOOK->right that is no record. */
static void expect_whole(struct judged *run, const struct book *book, enum verdict_class class)
{
	const struct event *e = replay.cells[book->right].write;
	const char *there = book->bytes + book->right;
	const char *what = *there ? shown(text_of("%.14s", there)) : "nothing but NUL bytes";
	long long len = e ? (long long)event_int(e, "ret", 0) : 0;

	expect_at(run, len <= RECORD || len % RECORD == 0, class, e,
		"The record at byte %zu of the file is torn: there is %s. A %s() of %lld bytes by "
		"process %lld ended in the middle of a record, and then came something else. stdio "
		"writes when its buffer is full, not when your record ends: write each record by "
		"one write(), or call fflush() behind each.",
		book->right, what, e->name, len, pid_at(run, e));
	expect_at(run, len == 0 || len >= RECORD, class, e,
		"The record at byte %zu of the file is torn: there is %s. Process %lld wrote %lld "
		"bytes of it by one %s(), and then came something else. A record that is to stay "
		"whole is written by one write().",
		book->right, what, pid_at(run, e), len, e->name);
	expect_at(run, false, class, e, "At byte %zu of the file there is %s: that is no record.",
		book->right, what);
}

/* `stamp NAME N` has run: all records are in the file, and nothing else. */
static void expect_records(struct judged *run, const char *name, int n, enum verdict_class class)
{
	struct book book = read_book(run, name, n);
	const struct damage *d;

	expect(run, book.bytes, CLASS_OUTPUT, "`%s` ended with %s, and there is no file \"%s\".",
		command_of(run), how_ended(run, 1), name);
	if (book.whole == 2 * n && book.len == (size_t)(2 * n * RECORD))
		return;
	d = find_damage(run, name);
	expect_kept(run, d, class);
	expect_not_overwritten(run, d, class);
	if (book.right < book.len)
		expect_whole(run, &book, class);
	for (size_t i = 1; i < model_of(run)->task_count; i++)
		expect_at(run, model_of(run)->tasks[i].died, CLASS_LEAK,
			model_of(run)->tasks[i].born,
			"stamp ended while its child, process %lld, was still at work: %d of %d "
			"records were in the file by then. Wait for it with waitpid(2).",
			(long long)model_of(run)->tasks[i].pid, book.whole, 2 * n);
	expect(run, !book.twice[0], class,
		"The record \"%s\" is in the file of `%s` twice. (A child that does not end in its "
		"own branch goes on with its parent's work.)",
		book.twice, command_of(run));
	expect(run, !book.missing[0], class,
		"Of the %d records of `%s` %d are in the file. \"%s\" is not, for one. "
		"stamp ended with %s.",
		2 * n, command_of(run), book.whole, book.missing, how_ended(run, 1));
}

static struct judged *run_stamp(const char *name, int n)
{
	return judge_run("stamp", .args = ARGS(name, text_of("%d", n)));
}

START_TEST(no_record_is_thrown_away)
{
	const char *name = draw_word(6);
	int n = draw(4, 9);
	struct judged *run = run_stamp(name, n);
	struct book book = read_book(run, name, n);

	if (book.whole < 2 * n)
		expect_kept(run, find_damage(run, name), CLASS_OUTPUT);
	expect(run, book.bytes && book.whole > 0, CLASS_OUTPUT,
		"`%s` ended with %s, and there is no record in the file \"%s\".", command_of(run),
		how_ended(run, 1), name);
}
END_TEST

START_TEST(no_record_is_overwritten)
{
	const char *name = draw_word(6);
	int n = draw(4, 9);
	struct judged *run = run_stamp(name, n);

	expect_records(run, name, n, CLASS_OUTPUT);
	expect_output(run, "");
	expect_errors(run, false);
	expect_exit(run, 0);
	expect_records(run_stamp(name, 1), name, 1, CLASS_OUTPUT);
}
END_TEST

START_TEST(in_every_order)
{
	explore(SCHEDULES)
	{
		const char *name = draw_word(6);
		int n = draw(4, 9);
		struct judged *run = run_stamp(name, n);

		expect_records(run, name, n, CLASS_SCHEDULE);
		expect_exit(run, 0);
	}
}
END_TEST

START_TEST(records_stay_whole)
{
	explore(LARGE_RUNS)
	{
		const char *name = draw_word(6);
		int n = draw(296, 310);

		expect_records(run_stamp(name, n), name, n, CLASS_SCHEDULE);
	}
}
END_TEST

START_TEST(what_was_there_is_gone)
{
	const char *name = draw_word(6);
	const char *old = draw_word((size_t)draw(200, 300));
	struct judged *run = judge_run("stamp", .args = ARGS(name, "3"),
		FILES({.path = name, .bytes = old, .len = strlen(old)}));
	const char *now = file_of(run, name);

	expect(run, now && strncmp(now + 1, " 000", 4) == 0, CLASS_OUTPUT,
		"The file of `%s` was there before, and afterwards it should begin with a record. "
		"It begins with %s.",
		command_of(run), now ? shown(text_of("%.14s", now)) : "nothing: it is gone");
	expect(run, !strstr(now, old + strlen(old) - 20), CLASS_OUTPUT,
		"The file of `%s` was there before, with %zu bytes in it, and what it ended with "
		"is still there. stamp empties the file when it starts, once: O_TRUNC of open(2).",
		command_of(run), strlen(old));
}
END_TEST

/* Each process has written its own: PID 1 all of P, the child all of C. */
static void expect_own_records(struct judged *run, const char *name)
{
	const char *object = object_of(run, name);
	const struct event_log *log = log_of(run);

	expect(run, forks_of(run, 0) > 0, CLASS_OUTPUT,
		"`%s` has created no process. A child writes the records with the C.",
		command_of(run));
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		const struct model_task *t = model_task(model_of(run), e->task);
		const char *data = is_done_with(e, object) ? event_text(e, "data") : NULL;
		bool child = t && t->process != 1;

		if (!data || strstr(e->name, "write") == NULL || strlen(data) < 2)
			continue;
		expect_at(run, data[1] != ' ' || data[0] == "PC"[child], CLASS_OUTPUT, e,
			"Process %lld, %s, wrote %s. The parent writes the records with P, the "
			"child those with C.",
			pid_at(run, e), child ? "a child" : "the parent",
			shown(text_of("%.14s", data)));
	}
}

/* Had the child ended before the parent's first record? */
static const struct event *too_late(struct judged *run, const char *name)
{
	const char *object = object_of(run, name);
	const struct event_log *log = log_of(run);
	bool ended = false;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		const char *data = is_done_with(e, object) ? event_text(e, "data") : NULL;

		ended |= e->task != 1 && (e->kind == EVENT_EXIT || e->kind == EVENT_KILLED) &&
			 !event_has(e, "thread");
		if (data && data[0] == 'P')
			return ended ? e : NULL;
	}
	return NULL;
}

START_TEST(both_write_at_the_same_time)
{
	static const char *const schedules[] = {
		"natural", "random:1", "random:2", "random:3", "random:4", "random:5", "random:6"};
	size_t count = sizeof(schedules) / sizeof(schedules[0]), late = 0;
	const char *name = draw_word(6);
	struct judged *run = NULL;
	const struct event *first = NULL;

	for (size_t i = 0; i < count && late == i; i++) { /* once is enough */
		run = judge_run("stamp", .args = ARGS(name, "20"), .schedule = schedules[i]);
		expect_own_records(run, name);
		file_of(run, name); /* it may be left there */
		first = too_late(run, name);
		late += first != NULL;
	}
	expect_at(run, late < count, CLASS_OUTPUT, first,
		"The parent wrote its first record when its child had ended, in each of %zu runs. "
		"That keeps the records apart, but the two are to work at the same time: the "
		"parent writes first, and waits then.",
		count);
}
END_TEST

/* Something failed in RUN, at E, for the reason ERRNUM. */
static void expect_reported(struct judged *run, const struct event *e, const char *what, int errnum)
{
	const char *reason = strerror(errnum);
	const struct event *left = find_event(run, EVENT_ADOPT, NULL, 0, 0);

	expect_at(run, exit_of(run) == 1, CLASS_FAULT, e,
		"%s failed in `%s` (%s), and stamp ended with %s. It should end with status 1.",
		what, command_of(run), reason, how_ended(run, 1));
	expect_at(run, strstr(errors_of(run), reason), CLASS_FAULT, e,
		"%s failed in `%s` (%s), and on standard error there is %s. It should say what "
		"is wrong, with the words of strerror(3) or perror(3).",
		what, command_of(run), reason, shown(errors_of(run)));
	expect_at(run, !left, CLASS_LEAK, e,
		"%s failed in `%s` (%s), and the parent ended while its child was still there. "
		"Wait for it first.",
		what, command_of(run), reason);
}

/* The N-th write to the file by TASK fails. */
static void expect_write_reported(int task, unsigned n)
{
	const char *name = draw_word(6);
	struct judged *run = judge_run("stamp", .args = ARGS(name, "5"),
		FAULTS({.call = "write",
			.n = n,
			.kind = RUN_FAULT_ERRNO,
			.errnum = EDQUOT,
			.task = task}));
	const char *object = object_of(run, name);
	const struct event *e;

	file_of(run, name);
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "write", task, i)); i++)
		if (event_text(e, "err") && event_text(e, "obj") && object &&
			strcmp(event_text(e, "obj"), object) == 0)
			expect_reported(run, e, "write()", EDQUOT);
}

START_TEST(failures_are_reported)
{
	const char *name = draw_word(6);
	struct judged *run = run_stamp(text_of("%s/%s", draw_word(5), name), 3);

	expect_reported(run, NULL, "open()", ENOENT);
	run = judge_run("stamp", .args = ARGS(name, "3"),
		FAULTS({.call = "fork", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = EAGAIN}));
	file_of(run, name);
	if (find_event(run, EVENT_FAULT, NULL, 0, 0))
		expect_reported(run, find_event(run, EVENT_FAULT, NULL, 0, 0), "fork()", EAGAIN);
	expect_write_reported(1, (unsigned)draw(1, 5));
	expect_write_reported(2, (unsigned)draw(1, 5));
}
END_TEST

START_TEST(refuses_a_bad_n)
{
	const char *name = draw_word(6);
	const char *const *const uses[] = {ARGS(name, "0"), ARGS(name, "1001"), ARGS(name, "-1"),
		ARGS(name, "3x"), ARGS(name, draw_word(3)), ARGS(name, ""), ARGS(name), ARGS(NULL)};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (run)
			then_run(run, "stamp", .args = uses[i]);
		else
			run = judge_run("stamp", .args = uses[i]);
		expect_exit(run, 2);
		expect_errors(run, true);
		expect(run, !file_of(run, name), CLASS_OUTPUT,
			"`%s` has made the file, although its N is no number from 1 to %d.",
			command_of(run), MOST);
	}
}
END_TEST

JUDGE(CHECK(no_record_is_thrown_away), CHECK(no_record_is_overwritten, .weight = 2),
	CHECK(in_every_order, .weight = 2),
	CHECK(records_stay_whole, .long_one = true, .weight = 2), CHECK(what_was_there_is_gone),
	CHECK(both_write_at_the_same_time), CHECK(failures_are_reported, .weight = 2),
	CHECK(refuses_a_bad_n))
