/*
 * A sandbox with the attacks in it, for tests: one started per test, and after it a look at the
 * host for what may have been left.
 */
#ifndef TESTS_SANDBOX_BOX_H
#define TESTS_SANDBOX_BOX_H

#include <check.h>
#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/sandbox/sandbox.h"

struct box {
	struct sandbox_yard *yard; /* with IPCLAB_TEST_YARD set: the sandbox is the second in it */
	struct sandbox *sandbox;
	struct sandbox_plan plan;
	struct sandbox_plan_storage storage;
	struct sock_fprog filter;
	struct lab_error e;
	char tag[16]; /* a process name that is this box's alone */
	int fds_before;
};

struct box_run {
	pid_t outside, inside;
	int status;
	struct buf output;
};

/* A folder with `attacks` in it, readable by all; made once, removed at exit. To be called first
 * in main(), not in a test's process. */
const char *box_bin_dir(void);

void box_start(struct box *b);
void box_prepare(struct box *b); /* all but the start: change b->plan, then box_begin() */
void box_begin(struct box *b);
/* Stops it, and fails if a process, a descriptor or a child of ours is left. */
void box_stop(struct box *b);

/* Runs `attacks WORDS...` to its end, at most 20 s; output is stdout and stderr. */
struct box_run box_run(struct box *b, const char *const *words);
#define BOX_RUN(b, ...) box_run(b, (const char *const[]){"attacks", __VA_ARGS__, NULL})
/* The same in two steps. OUT becomes stdout and stderr. */
struct box_run box_spawn(struct box *b, const char *const *words, int in, int out);
void box_finish(struct box *b, struct box_run *run);

/* "kind path\n" of each thing that is left. */
char *box_left(struct box *b);

/* In a child: OWN starts what it likes with a sandbox in B, says the pid of a program in it to
 * SAY_TO, and does not return. That child is killed, and the test fails if the program outlives it.
 */
void box_kill_owner(struct box *b, void (*own)(struct box *b, int say_to));
/* For OWN: a program in B's sandbox that does not end; says its pid and waits for ever. */
void box_own_for_ever(struct box *b, int say_to);

int box_open_fds(void);
/* How many processes of the host are called NAME. */
int box_processes_called(const char *name);

#endif
