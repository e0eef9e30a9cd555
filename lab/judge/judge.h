/*
 * What a hidden Check test includes: run a program, say what must hold.
 *
 *	#include "lab/judge/judge.h"
 *
 *	START_TEST(reader_sees_end_of_file)
 *	{
 *		struct judged *run = judge_run("count", .input = "three\nshort\nlines\n");
 *
 *		expect_exit(run, 0);
 *		expect_output(run, "18\n");
 *	}
 *	END_TEST
 *
 *	JUDGE(CHECK(reader_sees_end_of_file), CHECK(any_bytes, .weight = 2))
 *
 * A check's verdict is what its expectations recorded; the first one that does not hold ends the
 * check. House rules hold for every run without being asked for: a deadlock, a spin, a limit, a
 * crash ends the check as soon as the run has ended (with .look_first: when an expect_ function
 * does not hold, or the check ends); zombies, survivors and objects left behind are found when the
 * check ends, after its own words.
 *
 * All texts are for students: what happened, why it is wrong. The report adds where (file and
 * line), the schedule and the command that shows it again. They are printf formats.
 *
 * Each check is a process of its own. Runs, and all strings that come from here, live until the
 * check ends; inside a loop of explore() or sweep(), until its body ends. Any function here whose
 * own work fails (ours, never the student's) ends the check as `broken`; so does a Check assertion
 * that fails: tests use expect, not ck_assert.
 */
#ifndef LAB_JUDGE_JUDGE_H
#define LAB_JUDGE_JUDGE_H

#include <check.h>
#include <errno.h> /* for FAULTS */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/event/event.h"
#include "lab/model/model.h"
#include "lab/run/run.h"
#include "lab/verdict/verdict.h"

struct judged; /* one run */

/* ---- Runs ---- */

struct judge_request {
	const char *program;
	bool helper;             /* not the student's: one of the lab's (emit, nap, slurp, ...) */
	const char *const *args; /* after argv[0]; ARGS("3", "x") */
	const char *const *env;  /* "NAME=value" in the standard environment; ARGS(...) */
	const char *input;       /* text; or bytes with input_len */
	size_t input_len;
	bool input_open;              /* the test will send more, and close it */
	bool closed[3];               /* start with descriptor 0, 1, 2 closed */
	const struct run_file *files; /* FILES({"name", bytes, len}, ...), in the work folder */
	size_t file_count;
	const struct run_program *more; /* MORE({"other", .argv = ...}, ...): in the same world */
	size_t more_count;
	const struct run_fault *faults; /* FAULTS({...}, {...}) */
	size_t fault_count;
	const char *schedule; /* default: the one being explored, else natural */
	int64_t time_budget;  /* virtual ns; for these four 0 is the default of run.h */
	uint64_t step_budget;
	uint64_t spin_steps;
	size_t output_budget;
	bool linger;     /* the run goes on when all programs have ended but others live */
	bool look_first; /* the test's own words before deadlock, spin, limit and crash */
	bool may_die;    /* ending by a signal is no crash (the test sends one) */
	bool may_hang;   /* a deadlock is the test's own business (predict); see hangs() */
	bool may_leave;  /* objects, survivors and zombies are the test's own business */
	bool may_race;   /* so are data races (in exercises that say races: true) */
	bool what_if;    /* all of it is: the run asks what a program does in a world that honest
			    ones may get lost in, too (RUN_FAULT_GONE, _OTHER) */
	bool variables;  /* (in those, too) global and static variables are watched like shared
			    memory:  each use of one is in the log (EVENT_USE), and a point where a
			    schedule  may let another process go, whose signal comes right there */
};

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
/* FILES, MORE and FAULTS set the list and its length, and so stand by themselves:
 *
 *	judge_run("copy", .args = ARGS("in", "out"), FILES({"in", "text\n", 5}),
 *		FAULTS({.call = "open", .n = 2, .errnum = EACCES}));
 */
#define JUDGE_LIST(type, field, number, ...)         \
	.field = (const struct type[]){__VA_ARGS__}, \
	.number = sizeof((const struct type[]){__VA_ARGS__}) / sizeof(struct type)
#define FILES(...) JUDGE_LIST(run_file, files, file_count, __VA_ARGS__)
#define MORE(...)  JUDGE_LIST(run_program, more, more_count, __VA_ARGS__)
/* What fails (struct run_fault of run.h): the N-th call of a kind, every one (no .n), or a drawn
 * choice (.one_in = 3, .seed = 7); how: with an errno, or .kind = RUN_FAULT_SHORT (.bytes), _EINTR,
 * _KILL (.signal: its caller dies at it). Or nothing fails, and what is printed shows where it came
 * from: with _GONE a child that fork() made has done nothing, and ended with status 0, or the
 * signal of a kill() was never sent; with _OTHER (.from, .to) read() gets other bytes from a pipe.
 * And of datagrams, which .call = "datagram" counts whatever call sends them: _DROP (it is lost),
 * _TWICE (it comes again, .delay later or at once), _LATE (it comes .delay ns of virtual time
 * later, and others overtake it). */
#define FAULTS(...) JUDGE_LIST(run_fault, faults, fault_count, __VA_ARGS__)

/* Runs to the end, or starts and stops before the first step, to be steered. */
#define judge_run(name, ...)   judge_run_(&(struct judge_request){.program = (name), __VA_ARGS__})
#define judge_start(name, ...) judge_start_(&(struct judge_request){.program = (name), __VA_ARGS__})
struct judged *judge_run_(const struct judge_request *request);
struct judged *judge_start_(const struct judge_request *request);

/* Another program in the same world, after or beside what ran there before: it sees the files,
 * queues, semaphores and processes that are there. To its end, or to be steered. From then on
 * exit_of(), expect_exit(), send_signal() and the like speak of it alone, and output_of(),
 * expect_output() and the like of what was written since; the log, the time and the house rules are
 * the world's. Of a request only program, helper, args, env, closed, input, input_open, may_die and
 * faults have a meaning here. Faults are counted from now on; when another program comes after the
 * end of this one, they are over (those of judge_run() are the whole world's).
 *
 *	struct judged *run = judge_run("mq", .args = ARGS("create", "/q"));
 *
 *	then_run(run, "mq", .args = ARGS("send", "/q", "5", "hello"));
 *	expect_exit(run, 0);
 */
#define then_run(run, name, ...) \
	then_run_((run), &(struct judge_request){.program = (name), __VA_ARGS__})
#define then_start(run, name, ...) \
	then_start_((run), &(struct judge_request){.program = (name), __VA_ARGS__})
void then_run_(struct judged *run, const struct judge_request *request);
void then_start_(struct judged *run, const struct judge_request *request);

/* ---- Steering: by state and virtual time, never by time of the machine ---- */

/* true: it is so now. false: the run ended before (or waits for more input and nothing else). */
bool until_output(struct judged *run, const char *text); /* on stdout or stderr, ever */
bool until_blocked(struct judged *run);                  /* all; no virtual time passes */
bool until_time(struct judged *run, double seconds);     /* virtual, since the start */
/* OCCURRENCE is counted from now, from 1; "fork" stands for all that make a process. */
bool until_call(struct judged *run, const char *call, unsigned occurrence);
void until_end(struct judged *run);            /* of all programs; closes the input first */
void until_exit(struct judged *run);           /* of the latest program; closes its input first */
void send_signal(struct judged *run, int sig); /* to the (latest) program, from outside */
void send_signal_to(struct judged *run, int task, int sig);
void send_input(struct judged *run, const char *text);
void send_bytes(struct judged *run, const void *bytes, size_t len);
void close_input(struct judged *run);

/* ---- What it did ---- */

int task_of(struct judged *run); /* of the latest program that was asked for: 1, ... */
const char *output_of(struct judged *run);
size_t output_size(struct judged *run);
const char *errors_of(struct judged *run); /* stderr */
int exit_of(struct judged *run);           /* status; -signal; INT_MIN while it lives */
int exit_of_task(struct judged *run, int task);
bool hangs(struct judged *run);                  /* it ended in a deadlock */
double seconds_of(struct judged *run);           /* virtual time since the start */
int64_t pid_of(struct judged *run, int task);    /* as the program sees it; task from 1 */
unsigned forks_of(struct judged *run, int task); /* processes it created; TASK 0: all of them */
/* Contents, NULL if it is not there; in the work folder, or "/dev/shm/name". Length and permissions
 * are in the last EVENT_FILE. A file of the work folder that a test has read is what the program
 * was asked for, and not one that it has left behind. */
const char *file_of(struct judged *run, const char *path);
/* For messages. */
const char *command_of(struct judged *run);          /* "fan 3", as one would type it */
const char *how_ended(struct judged *run, int task); /* "exit status 3", "signal 15 (...)" */
const char *tree_of(struct judged *run);             /* "fan 411(412 413)": who forked whom */
/* TEXT in quotes, with invisible bytes as in C, cut where it is long. */
const char *shown(const char *text);

const struct event_log *log_of(struct judged *run);
struct model *model_of(struct judged *run); /* at the end of the log so far */
/* Events of a kind and name (NULL: any), by TASK (0: any); the N-th from 0, NULL past the last. */
size_t count_events(struct judged *run, enum event_kind kind, const char *name, int task);
const struct event *find_event(
	struct judged *run, enum event_kind kind, const char *name, int task, size_t n);
struct event_place place_of(const struct event *e); /* NULL: nowhere */
double seconds_at(const struct event *e);

/* ---- Expectations: each says by itself what is wrong, where its words suffice ---- */

/* No deadlock, spin, limit or crash so far: for tests with .look_first that have no words of their
 * own for what happened just now. */
void expect_sound(struct judged *run);
/* So far no handler of a signal has called what is not async-signal-safe (signal-safety(7)); the
 * functions that are known stand in lab/guest/unsafe.h. Only calls of the student's own files
 * count, not what one library function makes of another. The words name function, handler, signal
 * and line, class "handler". A deadlock comes before them, unless the run has .look_first. */
void expect_safe_handlers(struct judged *run);
void expect_exit(struct judged *run, int status);
void expect_killed(struct judged *run, int sig);
void expect_output(struct judged *run, const char *text); /* stdout, every byte */
void expect_output_bytes(struct judged *run, const void *bytes, size_t len);
void expect_output_lines(struct judged *run, const char *const *lines); /* in any order */
void expect_errors(struct judged *run, bool some);            /* stderr must (not) be empty */
void expect_error_text(struct judged *run, const char *part); /* stderr must hold it */

/* A table of runs of one program: expect_cases("killn", {ARGS("1", "NIX"), .status = 1,
 * .output = "No such signal\n"}, {...}). */
struct judge_case {
	const char *const *args;
	const char *input;
	const char *output; /* NULL: not looked at */
	const char *errors; /* what stderr must hold; "": nothing at all; NULL: not looked at */
	int status;
};
#define expect_cases(program, ...)                                       \
	expect_cases_(program, (const struct judge_case[]){__VA_ARGS__}, \
		sizeof((const struct judge_case[]){__VA_ARGS__}) / sizeof(struct judge_case))
void expect_cases_(const char *program, const struct judge_case *cases, size_t count);

/* The same, one after the other in one world. */
#define expect_session(program, ...)                                       \
	expect_session_(program, (const struct judge_case[]){__VA_ARGS__}, \
		sizeof((const struct judge_case[]){__VA_ARGS__}) / sizeof(struct judge_case))
struct judged *expect_session_(const char *program, const struct judge_case *cases, size_t count);

/* The general form: if not COND, the check fails with CLASS and the words. What is said of time
 * (CLASS_TIME) is not looked at under slow schedules, where time runs past whoever is slow. */
#define expect(run, cond, class, ...)                                                             \
	do {                                                                                      \
		if (!(cond) && expects_of(run, class))                                            \
			fail_check(run, class, (struct event_place){NULL, 0, NULL}, __VA_ARGS__); \
	} while (0)
#define expect_at(run, cond, class, event, ...)                               \
	do {                                                                  \
		if (!(cond) && expects_of(run, class))                        \
			fail_check(run, class, place_of(event), __VA_ARGS__); \
	} while (0)
bool expects_of(struct judged *run, enum verdict_class class);
void fail_check(struct judged *run, enum verdict_class class, struct event_place place,
	const char *fmt, ...) __attribute__((format(printf, 4, 5), noreturn));
/* Ours: something that cannot be the student's fault. */
void broken_check(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* ---- Loops ---- */

/* Schedules: the body runs once per schedule of the list, until one fails.
 *
 *	explore(20) { struct judged *run = judge_run("fan", ...); ... }
 *
 * runs it under natural, then under a fixed mixture of random:, pct: and slow: schedules, the same
 * for everyone (see loop.c; --seed N is another mixture); with --schedule NAME, once under NAME.
 *
 * Each step at which another process could have gone on: the body, one run, is made under natural,
 * and then once for each choice that natural met, with that one made another way. What another
 * process does, and all that comes of it, so happens between any two steps: a signal that it sends
 * comes at each point at which a signal can.
 *
 *	preempt_each() { struct judged *run = judge_run("count", .variables = true, ...); ... }
 *
 * Failing calls: the body runs with the 1st call of a kind failing, then the 2nd, ... until one
 * body in which there was no such call any more.
 *
 *	sweep(.call = "fork", .errnum = EAGAIN) { ... swept() is its number ... }
 *
 * Every call that can fail, once each: the same for each kind of a list, in one loop. The body says
 * with noticed() if the program has noticed the failure; when all are through, the check fails with
 * the list of those that it has not. In bodies without a failing call noticed() says nothing.
 *
 *	sweep_each(USUAL_FAULTS)
 *	{
 *		struct judged *run = judge_run("copy", .input = "text\n");
 *
 *		noticed(run, exit_of(run) == 1 && errors_of(run)[0]);
 *	}
 *
 * Every body of a loop draws the same inputs and sees the same process ids. A body may not be left
 * by break or return, and loops do not nest. */
#define explore(count) for (judge_explore_begin(count); judge_explore_next();)
#define preempt_each() for (judge_preempt_begin(); judge_explore_next();)
#define sweep(...)     for (judge_sweep_begin(&(struct run_fault){__VA_ARGS__}); judge_sweep_next();)
#define sweep_each(...)                                                                           \
	for (judge_sweep_each_begin((const struct run_fault[]){__VA_ARGS__},                      \
		     sizeof((const struct run_fault[]){__VA_ARGS__}) / sizeof(struct run_fault)); \
		judge_sweep_next();)
/* What a program that makes them has to look at. (An error of close() that only read, or of a
 * sleep, is not for every program to care for.) */
#define USUAL_FAULTS                                                                            \
	{.call = "fork", .errnum = EAGAIN}, {.call = "pipe", .errnum = EMFILE},                 \
		{.call = "open", .errnum = EMFILE}, {.call = "dup", .errnum = EMFILE},          \
		{.call = "read", .errnum = EIO}, {.call = "write", .errnum = ENOSPC},           \
		{.call = "socket", .errnum = EMFILE}, {.call = "kill", .errnum = EPERM},        \
		{.call = "sigaction", .errnum = EINVAL}, {.call = "mq_open", .errnum = ENFILE}, \
		{.call = "mq_send", .errnum = EBADF}, {.call = "mq_receive", .errnum = EBADF},  \
		{.call = "mmap", .errnum = ENOMEM}, {.call = "ftruncate", .errnum = EFBIG},     \
		{.call = "sem_open", .errnum = EMFILE}, {.call = "sem_init", .errnum = ENOSPC}, \
		{.call = "shmget", .errnum = ENOSPC}, {.call = "shmat", .errnum = ENOMEM},      \
		{.call = "semget", .errnum = ENOSPC}, {.call = "msgget", .errnum = ENOSPC},     \
	{                                                                                       \
		.call = "pthread_create", .errnum = EAGAIN                                      \
	}
void noticed(struct judged *run, bool it_was);
void judge_sweep_each_begin(const struct run_fault *faults, size_t count);
void judge_explore_begin(unsigned count);
void judge_preempt_begin(void);
bool judge_explore_next(void);
void judge_sweep_begin(const struct run_fault *fault);
bool judge_sweep_next(void);
unsigned swept(void); /* 0 outside of a sweep */

/* ---- Inputs and answers ---- */

/* Inputs that could be hard-coded are drawn, from a hash of the submission: the same submission
 * always gets the same. */
int draw(int low, int high);          /* inclusive */
const char *draw_word(size_t length); /* small letters */
const char *text_of(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* predict: the student's answers.txt, "key: value" a line; NULL if it is not answered. Empty lines
 * and what stands behind a '#' are no matter, nor are quotes around it or a full stop. Of two
 * answers to one key the last one is taken. */
const char *answer_of(const char *key);
/* Letters may be small or capital, and blanks, commas, dashes, arrows and the like separate alike;
 * in keys as well. Whole numbers are the same if their values are. */
bool same_answer(const char *a, const char *b);
/* The first check of a predict exercise: each line of answers.txt is an answer to a key of the
 * starter's answers.txt, none is answered twice, and at least one is. That one is not answered is
 * for expect_answer() to say. */
void expect_answers_readable(void);
/* RIGHT: what the run showed, or several answers that say the same, "yes|y".
 * "You answered "KEY: ...". " stands before the words, which say what the run showed. */
void expect_answer(const char *key, const char *right, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- The judge itself ---- */

struct judge_check {
	const char *name;
	const TTest *test;
	int weight;    /* 0: 1 */
	bool long_one; /* takes long beside the others: is begun before them */
};
#define CHECK(function, ...)                                     \
	{                                                        \
		.name = #function, .test = function, __VA_ARGS__ \
	}
/* The whole main() of a judge. grade passes the options: see options.c. */
#define JUDGE(...)                                                                                 \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		const struct judge_check judge_checks[] = {__VA_ARGS__};                           \
		return judge_main(                                                                 \
			argc, argv, judge_checks, sizeof(judge_checks) / sizeof(judge_checks[0])); \
	}
int judge_main(int argc, char **argv, const struct judge_check *checks, size_t count);

#endif
