/*
 * Verdicts: what a check says, its words, and the form in which a judge hands them over. Makes no
 * system call but to write to the descriptor it is given.
 */
#ifndef LAB_VERDICT_VERDICT_H
#define LAB_VERDICT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/event/event.h"
#include "lab/model/model.h"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_BROKEN };

enum verdict_class {
	CLASS_NONE, /* a check that passed */
	CLASS_OUTPUT,
	CLASS_EXIT,
	CLASS_DEADLOCK,
	CLASS_SCHEDULE,
	CLASS_RACE,
	CLASS_LEAK,
	CLASS_FAULT,
	CLASS_TIME,
	CLASS_SPIN,
	CLASS_CRASH,
	CLASS_LIMIT,
	CLASS_COMPILE,
	CLASS_ANSWER,
	CLASS_HANDLER,
	CLASS_BROKEN, /* ours: never the student's */
	CLASS_COUNT
};

/* What the names of checks begin with that an instructor's own test (exercise->private_judge) has
 * made. They weigh as the others do: one exercise has one verdict and one score. */
#define CHECK_PRIVATE "private:"

/* What the sandbox kept a program from. */
struct refusal {
	char *what; /* as one would write the call: open("/etc/shadow") */
	char *why;  /* what that is, in a few words */
	char *file; /* where, in the student's files; NULL unknown */
	int line;
	char *source; /* that line; NULL unknown */
	size_t times; /* in all runs; of one run a loop is counted to its first rounds only */
};
struct refusals {
	struct refusal *list;
	size_t count;
};
/* Once more, or another one. All texts are copied; FILE may be NULL. */
void refusals_add(struct refusals *into, const char *what, const char *why, const char *file,
	int line, size_t times);
void refusals_merge(struct refusals *into, const struct refusals *from); /* no sources */
void refusals_done(struct refusals *r);
/* Adds those of a run. They are no findings: a verdict has nothing to do with them. */
void verdict_refusals(const struct event_log *log, struct refusals *into);

struct check_result {
	char *name;
	enum verdict verdict;
	enum verdict_class class;
	char *message; /* whole and teaching; several lines; NULL when passed */
	char *file;    /* where, in the student's files; NULL unknown */
	int line;
	char *source;     /* that line, as it was built; NULL unknown */
	char *schedule;   /* the name of the schedule it was seen under; NULL if passed */
	char *shortest;   /* the fewest choices found that show it too ("choices:1.0"), or NULL */
	size_t schedules; /* that were explored; 0: none was */
	bool all;         /* those are all that there are */
	int weight;
	size_t runs;    /* how many runs (schedules) it took */
	char *log_sums; /* hex sha256 of all its runs' logs */
	struct refusals refused;
};

const char *verdict_name(enum verdict v);
const char *verdict_class_name(enum verdict_class c);
/* false if TEXT is no name */
bool verdict_from_name(const char *text, enum verdict *v);
bool verdict_class_from_name(const char *text, enum verdict_class *c);
void check_result_done(struct check_result *c);

/* The wire between judge and grade: one JSON object a line. Written in one write(2) each. The first
 * line announces the checks ({"plan": [names]}), the last says the judge came to its end
 * ({"end": true}); a stream without it is a judge that crashed. */
int verdict_put(struct buf *into, const struct check_result *c, struct lab_error *e);
int verdict_send(int fd, const struct check_result *c, struct lab_error *e);
int verdict_send_plan(int fd, const char *const *names, size_t count, struct lab_error *e);
int verdict_send_end(int fd, struct lab_error *e);
/* How far a check is, where it makes many runs: the number of the one that begins, of OF (0: nobody
 * knows). For whoever waits; nothing depends on it. */
int verdict_send_run(int fd, size_t run, size_t of, struct lab_error *e);
/* LINE with or without its '\n'. A line that is no check's result is an error. */
int verdict_receive(const char *line, size_t len, struct check_result *c, struct lab_error *e);
/* Any line of the wire. */
enum verdict_line_kind {
	VERDICT_LINE_PLAN,
	VERDICT_LINE_RUN,
	VERDICT_LINE_CHECK,
	VERDICT_LINE_END
};
struct verdict_line {
	enum verdict_line_kind kind;
	char **names; /* plan */
	size_t count;
	struct check_result check; /* check */
	size_t run, of;            /* run */
};
int verdict_receive_line(
	const char *line, size_t len, struct verdict_line *out, struct lab_error *e);
void verdict_line_done(struct verdict_line *line);

/* The other way: the queue that the judges of one submission share, a pipe that will hold the
 * numbers of checks. The end to read from, or -1; FILL gets the other. Judges wait until it is
 * filled and closed. */
int verdict_queue_new(int *fill, struct lab_error *e);
int verdict_queue_fill(int *fill, struct lab_error *e);
bool verdict_queue_next(int fd, size_t *check); /* false: it is empty */
size_t verdict_queue_taken(int fd);             /* how many were, by whomever */

/* Findings: what is wrong with a run whoever asked for it. In order of how much they explain. */
struct finding {
	enum verdict_class class;
	bool fatal; /* deadlock, spin, limit, crash, race: nothing the run printed can be relied on
		     */
	char *message;
	struct event_place place; /* strings belong to the log */
};
struct findings {
	struct finding *list;
	size_t count;
};
/* deadlock (who waits on what, who holds the other end, at which line), spin, limit, crash, data
 * race, refused; then zombies, survivors, objects left. */
void verdict_findings(const struct event_log *log, struct findings *out);
/* Calls in signal handlers that are not async-signal-safe: at most one finding for all. No house
 * rule: POSIX allows them where what was interrupted is safe itself. */
void verdict_handlers(const struct event_log *log, struct findings *out);
/* The limit of processes, where it was met: at most one finding, of the class limit. It explains
 * what else is wrong with a run, and is nothing wrong by itself. */
void verdict_crowd(const struct event_log *log, struct findings *out);
void findings_done(struct findings *f);

/* The cycle of a deadlock: each waits, in WAIT, for what the next one would have to do, and the
 * last for the first; one alone waits for itself. */
struct verdict_link {
	int task;
	const struct event *wait; /* EVENT_WAITS */
};
/* How many links; 0: no deadlock, or none with a cycle. *LINKS: the caller frees. */
size_t verdict_cycle(const struct event_log *log, struct verdict_link **links);

/* Two texts that should be equal, as a short diff with invisible bytes made visible. */
void verdict_diff(struct buf *into, const char *expected, size_t expected_len, const char *actual,
	size_t actual_len);

#endif
