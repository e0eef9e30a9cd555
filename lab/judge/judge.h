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
 *		expect_output(run, "16\n");
 *	}
 *	END_TEST
 *
 *	JUDGE(CHECK(reader_sees_end_of_file), CHECK(any_bytes, .weight = 2))
 *
 * A check's verdict is what its expectations recorded; the first one that does not hold ends the
 * check. House rules hold for every run without being asked for: a deadlock, a spin, a limit, a
 * crash ends the check as soon as the run has ended (unless .look_first, then when the check ends);
 * zombies, survivors and objects left behind are found when the check ends, after its own words.
 *
 * All texts are for students: what happened, why it is wrong. The judge adds where (file and line),
 * the schedule and the command that shows it again. They are printf formats.
 *
 * Any function here whose own work fails (ours, never the student's) ends the check as `broken`.
 */
#ifndef LAB_JUDGE_JUDGE_H
#define LAB_JUDGE_JUDGE_H

#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/event/event.h"
#include "lab/model/model.h"
#include "lab/run/run.h"
#include "lab/verdict/verdict.h"

struct judged; /* one run; freed when the check ends */

struct judge_request {
	const char *program;
	const char *const *args; /* after argv[0]; ARGS("3", "x") */
	const char *input;       /* text; or bytes with input_len */
	size_t input_len;
	bool input_open;
	const struct run_file *files;
	size_t file_count;
	struct run_program *more; /* further programs started in the same world, after the first */
	size_t more_count;
	const char *schedule;           /* default: the one being explored, else natural */
	const struct run_fault *faults; /* FAULTS({...}, {...}) */
	size_t fault_count;
	bool closed[3];
	int64_t time_budget; /* virtual ns */
	uint64_t step_budget;
	uint64_t spin_steps;
	bool look_first; /* leave deadlock, spin, limit and crash to the end of the check */
	bool linger;
	bool may_die;   /* ending by a signal is no crash (the test sends one) */
	bool may_leave; /* objects, survivors and zombies are this test's own business */
};

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define FAULTS(...)                                        \
	.faults = (const struct run_fault[]){__VA_ARGS__}, \
	.fault_count = sizeof((const struct run_fault[]){__VA_ARGS__}) / sizeof(struct run_fault)

/* Runs to the end, or starts and stops before the first step, to be steered. */
#define judge_run(name, ...)   judge_run_(&(struct judge_request){.program = (name), __VA_ARGS__})
#define judge_start(name, ...) judge_start_(&(struct judge_request){.program = (name), __VA_ARGS__})
struct judged *judge_run_(const struct judge_request *request);
struct judged *judge_start_(const struct judge_request *request);

/* Steering, by state, never by time of the machine. false: the run ended before. */
bool until_output(struct judged *run, const char *text);
bool until_blocked(struct judged *run);              /* all blocked; no virtual time passes */
bool until_time(struct judged *run, double seconds); /* virtual, since the start */
bool until_call(struct judged *run, const char *call, unsigned occurrence);
void until_end(struct judged *run);            /* closes the input first */
void send_signal(struct judged *run, int sig); /* to the first program, as from a terminal's user */
void send_input(struct judged *run, const char *text);
void close_input(struct judged *run);

/* What it did. */
const char *output_of(struct judged *run);
size_t output_size(struct judged *run);
const char *errors_of(struct judged *run);    /* stderr */
int exit_of(struct judged *run);              /* status; -signal; INT_MIN while it lives */
double seconds_of(struct judged *run);        /* virtual time since the start */
int64_t pid_of(struct judged *run, int task); /* as the program sees it; task from 1 */
const struct event_log *log_of(struct judged *run);
struct model *model_of(struct judged *run); /* at the end of the log so far; free'd with the run */
const char *file_of(struct judged *run, const char *path); /* contents, NULL if it is not there */
/* Events of a kind and name (NULL: any), by TASK (0: any); the N-th from 0, NULL past the last. */
size_t count_events(struct judged *run, enum event_kind kind, const char *name, int task);
const struct event *find_event(
	struct judged *run, enum event_kind kind, const char *name, int task, size_t n);
struct event_place place_of(const struct event *e);

/* Expectations. Each says by itself what is wrong where its words suffice. */
void expect_exit(struct judged *run, int status);
void expect_killed(struct judged *run, int sig);
void expect_output(struct judged *run, const char *text);               /* stdout, every byte */
void expect_output_lines(struct judged *run, const char *const *lines); /* in any order */
void expect_errors(struct judged *run, bool some); /* stderr must (not) be empty */
/* The general form: if not COND, the check fails with CLASS and the words. */
#define expect(run, cond, class, ...)                                                             \
	do {                                                                                      \
		if (!(cond))                                                                      \
			fail_check(run, class, (struct event_place){NULL, 0, NULL}, __VA_ARGS__); \
	} while (0)
#define expect_at(run, cond, class, event, ...)                               \
	do {                                                                  \
		if (!(cond))                                                  \
			fail_check(run, class, place_of(event), __VA_ARGS__); \
	} while (0)
void fail_check(struct judged *run, enum verdict_class class, struct event_place place,
	const char *fmt, ...) __attribute__((format(printf, 4, 5), noreturn));
/* Ours: something that cannot be the student's fault. */
void broken_check(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Schedules: the body runs once per schedule of the list, until one fails.
 *
 *	explore(20) { struct judged *run = judge_run("fan", ...); ... }
 *
 * runs it under natural, then random:1 .. random:19, the same for everyone; with --schedule NAME,
 * once under NAME. Runs of an iteration are freed when it ends (with the house rules). */
#define explore(count) for (judge_explore_begin(count); judge_explore_next();)
void judge_explore_begin(unsigned count);
bool judge_explore_next(void);

/* Inputs that could be hard-coded are drawn, from a hash of the submission: the same submission
 * always gets the same. */
int draw(int low, int high); /* inclusive */
const char *draw_word(size_t length);
const char *text_of(const char *fmt, ...)
	__attribute__((format(printf, 1, 2))); /* freed with the check */

/* predict: the student's answers.txt (key -> value, trimmed); NULL if not answered. */
const char *answer_of(const char *key);

struct judge_check {
	const char *name;
	const TTest *test;
	int weight; /* 0: 1 */
};
#define CHECK(function, ...)                                     \
	{                                                        \
		.name = #function, .test = function, __VA_ARGS__ \
	}
/* The whole main() of a judge. See judge_main in judge.c for its options; grade passes them. */
#define JUDGE(...)                                                                                 \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		const struct judge_check judge_checks[] = {__VA_ARGS__};                           \
		return judge_main(                                                                 \
			argc, argv, judge_checks, sizeof(judge_checks) / sizeof(judge_checks[0])); \
	}
int judge_main(int argc, char **argv, const struct judge_check *checks, size_t count);

#endif
