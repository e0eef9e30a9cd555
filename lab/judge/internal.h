/*
 * What the files of this room share: the check that this process runs, and its runs.
 */
#ifndef LAB_JUDGE_INTERNAL_H
#define LAB_JUDGE_INTERNAL_H

#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/base/rng.h"
#include "lab/base/sha256.h"
#include "lab/judge/judge.h"

/* Where find_event() last found one: tests walk through events with N = 0, 1, 2, ... */
struct found {
	enum event_kind kind;
	char *name;
	int task;
	size_t n, at;
};

struct judged {
	struct judged *next;
	struct run *run;
	struct model *model;
	char *schedule;
	char *command;             /* as one would type it */
	int task;                  /* of the latest program that was asked for */
	size_t out_from, err_from; /* where its output begins */
	unsigned number;           /* of this check's runs, from 1: the name of its log */
	bool look_first, may_die, may_hang, may_leave, may_race, what_if;
	bool input_open, over, closed;
	char **texts; /* contents of files that were read */
	size_t text_count;
	struct found found;
	bool has_found;
};

struct options { /* the command line: see options.c */
	int result_fd;
	const char *bin, *lines, *helpers, *answers, *questions, *schedule, *only, *save, *replay;
	uint64_t input_hash, seed;
	bool uses;      /* of shared memory are to be in the logs */
	bool tell_runs; /* somebody waits and looks on */
	int queue_fd;   /* where the numbers of checks come from; -1: all are judged */
};

/* The choices on the way of one run, in their order. */
struct path_step {
	unsigned picked, among; /* a position among so many */
	unsigned first;         /* the position that the first run on this way took */
};
struct paths {
	struct path_step *steps;
	size_t count;
	size_t at; /* paths_next_other: the choice that is made another way */
};

/* A loop of explore() or sweep(): its bodies differ in one thing only, so each begins with the same
 * draws and the same worlds (process ids and the like). */
struct loop {
	unsigned count, done; /* explore: schedules */
	struct rng rng;
	unsigned worlds;
	char *schedule;               /* explore: the one of this body; NULL: none */
	struct paths paths;           /* explore: of a program small enough for all its schedules */
	bool all;                     /* explore: those are being walked */
	bool preempts;                /* preempt_each: instead, one choice is made another way */
	size_t choices;               /* explore: of the first body's runs, at least */
	struct spread *spread;        /* explore: others make the bodies to come; NULL: nobody */
	bool unshared;                /* explore: ... nor shall they: it went wrong */
	struct run_fault fault;       /* sweep: the one of this body; call NULL: none */
	bool fault_came;              /* sweep: in the body before */
	const struct run_fault *each; /* sweep_each: the calls to come */
	size_t each_count;
	unsigned tried, unnoticed; /* sweep_each: bodies in which a call failed */
	struct buf list;           /* of those that went unnoticed */
	struct event_place place;  /* of the first one; its strings are kept */
};

struct state {
	struct options options;
	const struct judge_check *check;
	struct run_yard *yard;
	pid_t judge;         /* the judge's own process */
	size_t check_count;  /* that there are in all */
	bool *alone;         /* this check is not to be spread; shared with the judge */
	int record_fd;       /* what this check's process says of itself */
	int *fault;          /* enum lab_error_kind of what ends the whole judge; shared with it */
	struct judged *runs; /* of this body, oldest first */
	unsigned run_count;  /* of this check */
	unsigned worlds;     /* runs that the seed of the next one counts */
	struct sha256 sum;   /* of their logs */
	struct refusals refused;
	struct rng rng; /* of its inputs */
	struct loop loop;
	size_t schedules; /* that explore() has tried */
	bool not_all;     /* there are more */
	char **texts;
	size_t text_count;
	struct buf answers;
};

extern struct state judge_state;

/* options.c: the usage on stderr and -1 if the command line is no judge's. */
int judge_options(int argc, char **argv, struct options *o);

/* record.c: ends this check's process with its record. */
void judge_record(enum verdict verdict, enum verdict_class class, const char *message,
	struct event_place place, const char *schedule) __attribute__((noreturn));
/* Ours. */
void judge_broken(const struct lab_error *e) __attribute__((noreturn));
/* The words for a check that could not be judged; caller frees. */
char *judge_broken_words(const char *why);

/* house.c: what is wrong with a run whoever asks for it: a fatal finding ends the check. */
void judge_fatal_findings(struct judged *run);
/* The logs of all runs become whole, are counted and saved. */
void judge_close_runs(void);
/* House rules for all runs of this body, then forget them. */
void judge_end_runs(void);
void judge_forget_runs(void);

/* paths.c */
void paths_done(struct paths *p);
/* Adds the choices of a run that began with those that are there. */
void paths_take(struct paths *p, const struct event_log *log);
/* How many ways there would be if all were like this one. */
double paths_estimate(const struct paths *p);
/* The way to go next; false: all were gone. */
bool paths_next(struct paths *p);
char *paths_name(const struct paths *p); /* caller frees */
/* Of the ways that differ from the first one in one choice, and then go on as natural does, the
 * next one: its name, which the caller frees. NULL: all were gone. */
char *paths_next_other(struct paths *p);

/* shorten.c: in the judge, after a check has failed: looks for the shortest list of choices under
 * which it fails in the same way. RECORD is a line of the wire; it gets another "shortest". */
void judge_shorten(const struct judge_check *check, struct buf *record);

/* main.c: runs CHECK in a process of its own; its record into RECORD. A text (the caller frees) if
 * it left none. */
char *judge_run_check(const struct judge_check *check, struct buf *record);

/* spread.c: an exploration that several processors share */
struct spread;
bool spread_works(void); /* this process is a worker */
/* A worker: tells what came of its body, if it has made one; the number of the next. */
unsigned spread_next(void);
void spread_done(void) __attribute__((noreturn));         /* there are no more */
void spread_leave(bool broken) __attribute__((noreturn)); /* its body ends the check */
/* The check, at the head of a body with LEFT to come: starts workers if there is room for them.
 * true: this is one. */
bool spread_begin(struct loop *loop, unsigned left);
void spread_take(struct loop *loop); /* waits for what the worker of this body has to say */
void spread_end(struct loop *loop);
bool spread_tells(void); /* this body's runs were made by a worker */
struct run *spread_replay(const struct run_request *request);
void spread_again(void) __attribute__((noreturn)); /* the check is begun anew, alone */

/* draw.c */
void judge_draw_init(void);
const char *judge_keep(char *text); /* frees TEXT with the check */

#endif
