/*
 * Verdict -> text, JSON, JUnit XML, TAP, Markdown, Gradescope; log -> text, page. Printers only:
 * they decide nothing.
 *
 * Every string may come from a student's program. What could steer a terminal (control characters,
 * bytes that are no UTF-8) is printed as an escape such as \x1b.
 */
#ifndef LAB_REPORT_REPORT_H
#define LAB_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "lab/event/event.h"
#include "lab/verdict/verdict.h"

/* What a printer needs of a grade, without knowing grade: filled by the caller (runner). */
struct report_diagnostic {
	const char *file;
	int line, column;
	const char *severity; /* "error", "warning", "note" */
	const char *text, *source;
};
struct report {
	const char *exercise, *title;
	enum verdict verdict;
	double score, max_score;
	const char *isolation;
	uint64_t seed;
	const char *engine, *compiler, *libc, *kernel;
	const struct report_diagnostic *diagnostics;
	size_t diagnostic_count;
	const struct check_result *checks;
	size_t check_count;
	const struct refusal *refused; /* what the sandbox kept it from */
	size_t refused_count;
	const char *log_sha256;
	const char *complaint;  /* when broken */
	const char *lesson;     /* "exercises/04-pipes/README.md", or NULL */
	const char *const *api; /* NULL-terminated man pages to read, or NULL */
	const char *submission; /* as the replay command must name it, or NULL for a workspace */
	const char *course;     /* likewise: the --course that was given, or NULL */
	const char *program;    /* likewise, for report_text: as it was called; NULL: "ipclab" */
	const char *student;    /* whose it is, where there are several; any bytes, or NULL */
	double late;         /* points of SCORE that do not count, as it came late; for feedback */
	const char *missing; /* why there was nothing to grade, or NULL; then there is no verdict */
};

/* COLOUR: ANSI. WIDTH: columns to wrap at, 0: do not. */
void report_text(FILE *out, const struct report *r, bool colour, int width);
/* What `check --json` prints: one object, schema 1, on one line without '\n'. Keys always stand in
 * the same order and all of them are there; what is not known is null. It holds no time of day and
 * no duration, so that equal grades give equal bytes. The command in "replay" says "ipclab",
 * however the lab was called. Caller frees. */
#define REPORT_SCHEMA 1
char *report_json(const struct report *r);

/* JUnit XML: begin, a report after the other, end. All add to INTO. */
void report_junit_begin(struct buf *into);
void report_junit_add(struct buf *into, const struct report *r);
void report_junit_end(struct buf *into);

/* TAP: begin, a report after the other, end. *NUMBER counts the lines, from 0. */
void report_tap_begin(struct buf *into);
void report_tap_add(struct buf *into, const struct report *r, size_t *number);
void report_tap_end(struct buf *into, size_t number);

/* What a student gets to read: STUDENT (any bytes), what came of the exercises, and the sum, which
 * may have weights in it. Names no folder of this machine. */
struct report_feedback {
	const char *student;
	const struct report *list;
	size_t count;
	double score, max_score;
};
/* Adds it as Markdown; as a page of HTML. */
void report_markdown(struct buf *into, const struct report_feedback *f);
void report_html_feedback(struct buf *into, const struct report_feedback *f);

/* Gradescope's results.json of one student's work: begin, a report after the other, end. */
struct report_gradescope {
	struct json_t *tests, *exercises;
	double score, max_score;
	size_t broken;
	long long late; /* seconds after it was due; 0: in time, or nobody knows */
};
void report_gradescope_begin(struct report_gradescope *g);
void report_gradescope_add(struct report_gradescope *g, const struct report *r);
char *report_gradescope_end(struct report_gradescope *g); /* G is done; caller frees */
void report_gradescope_done(struct report_gradescope *g); /* without an end */

/* What is said where something of R was refused, and then each: 'open("/etc/shadow") at count.c:31:
 * the machine's passwords (3 times)'. */
extern const char report_refused_title[], report_refused_words[];
void report_add_refusal(struct buf *into, const struct refusal *refusal);

/* An earlier check of R that failed in the same way at the same place, or NULL. */
const struct check_result *report_told_before(const struct report *r, const struct check_result *c);

/* The command that shows a failed check again, quoted for a shell. PROGRAM NULL: "ipclab". Caller
 * frees. */
char *report_replay(const struct report *r, const struct check_result *c, const char *program);

/* The schedule that a failed check was seen under, how many were tried until then, and the shortest
 * one that shows it too. NULL: none. Caller frees. */
char *report_schedule(const struct check_result *c);

/* trace: one event as a line of the timeline, without '\n': virtual seconds, the process in its
 * lane, what it did, where. false: nothing to show of it. */
bool report_event(struct buf *into, const struct event *event, bool colour);
/* Of that line only what it did. */
bool report_event_words(struct buf *into, const struct event *event);

/* A log as one page of HTML, headed TITLE: its timeline as a table, and a script that walks through
 * it and shows the state beside it. Of a large log the middle is left out, and the page says so. */
void report_html(struct buf *into, const struct event_log *log, const char *title);

/* What came of one check of an exercise as such a page, with all words. If there is a LOG, it is of
 * the run in which the check R->checks[SHOWN] failed, and follows as a timeline. */
void report_html_check(
	struct buf *into, const struct report *r, size_t shown, const struct event_log *log);

#endif
