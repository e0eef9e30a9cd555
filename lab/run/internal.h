/*
 * What the files of this room share. A run is either live (sandbox and supervisor) or a replay (a
 * saved log and how far it has been told); the log is what both have in common.
 */
#ifndef LAB_RUN_INTERNAL_H
#define LAB_RUN_INTERNAL_H

#include <linux/filter.h>
#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/run/lines.h"
#include "lab/run/run.h"
#include "lab/sandbox/sandbox.h"
#include "lab/supervise/supervise.h"

#define LINES_MAX     32
#define RUN_ROOTS_MAX 256
#define WORK_DIR      "/home/student" /* of the programs */

/* The executables of a run and their line tables, by the name under which they are installed. */
struct programs {
	const char *lines_dir;
	bool read_any;         /* trace: make tables for the caller's own programs */
	const char *host_path; /* trace --sandbox: where the program lies outside */
	struct {
		char *path;          /* as the program sees itself: /lab/bin/NAME */
		struct lines *lines; /* NULL: it has none */
		struct lines *own;   /* the same, if nobody else has it */
	} list[LINES_MAX];
	size_t count;
};

struct stdio {
	int input, output, error; /* our ends; -1 closed */
	int theirs[3]; /* the programs' ends; of the output as long as more may be started */
	dev_t device;
	ino_t inodes[3];
	size_t logged[2]; /* bytes of stdout and stderr of which the log tells */
};

struct run {
	struct event_log *log;
	struct buf out, err;
	size_t cursor;         /* replay: events told so far */
	struct event_log view; /* replay: the log up to there */
	bool is_replay, finished, ended;
	enum supervise_stop ended_by;

	/* live only */
	struct sandbox *sandbox;
	struct supervisor *supervisor;
	struct supervise_world world;
	struct supervise_fault faults[RUN_FAULTS_MAX];
	size_t fault_roots[RUN_FAULTS_MAX]; /* to which of the roots each belongs */
	size_t fault_count;
	struct programs programs;
	struct stdio io;
	struct buf pending; /* input not yet in the pipe */
	bool input_open;
	bool written; /* a task wrote to stdout or stderr since we last drained */
	bool linger, over_output;
	size_t output_budget;
	int roots[RUN_ROOTS_MAX]; /* the tasks that were asked for */
	size_t root_count;
	size_t out_from, err_from; /* what of the output is younger than the latest launch */
	const char *until_text;
	const char *until_call;
	unsigned until_count, seen;
	int until_task; /* 0: none */
};

/* filter.c: sandbox rules and traced calls in one filter. Static, built once a process. WORLD: for
 * programs that no namespace holds. */
const struct sock_fprog *run_filter(bool world, struct lab_error *e);

/* denied.c: what programs are kept from; hooks of the supervisor */
void run_refuses(int nr, const uint64_t args[6], struct supervise_refusal *refusal);
const char *run_hides(void *context, const char *path, int errnum);

/* world.c: what the supervisor has to keep up where S has no namespaces; NULL: nothing. WORLD is
 * filled, and lives as long as S. */
const struct supervise_world *world_of(struct sandbox *s, struct supervise_world *world);
void world_made(struct sandbox *s, int call, int id, int shown, int32_t key);

/* places.c: hooks of the supervisor */
bool programs_place(struct programs *p, const char *path, uint64_t addr, const char **file,
	int *line, const char **function);
bool programs_variable(struct programs *p, const char *path, size_t i, uint64_t *addr,
	uint64_t *size, const char **name);
bool programs_runtime(struct programs *p, const char *path, uint64_t *begin, uint64_t *end);
void programs_done(struct programs *p);

/* start.c */
bool roots_live(const struct run *r);
bool text_is_there(const struct run *r); /* what is waited for in the output */

/* io.c */
void io_init(struct stdio *io);
int io_open(struct run *r, struct lab_error *e);
int io_renew_input(struct run *r, struct lab_error *e); /* the old one is closed */
bool io_read(struct run *r);                            /* output; true if anything came */
void io_drain(struct run *r);                           /* the same, and log all of it */
bool io_feed(struct run *r); /* true if anything went or the end was closed */
void io_close(struct run *r);
const char *io_object(const struct run *r, uint64_t device, uint64_t inode);

/* request.c: the request as an event, and back to compare */
void request_log(const struct run_request *request, struct event_log *log);
void launch_log(const struct run_launch *launch, struct event_log *log, struct event *e);

/* lease.c: one processor for the supervisor and its tracees */
int lease_cpu(void); /* the processor taken (this process is pinned to it), -1 none */

/* replay.c */
enum run_stop replay_until(struct run *r, const char *name, const char *key, const char *text,
	int64_t number, struct lab_error *e);
int replay_act(struct run *r, const char *name, const char *key, const char *text, int64_t number,
	struct lab_error *e);
enum run_stop replay_until_call(
	struct run *r, const char *call, unsigned occurrence, struct lab_error *e);
int replay_signal(struct run *r, int task, int sig, struct lab_error *e);
int replay_launch(struct run *r, const struct run_launch *launch, struct lab_error *e);
int replay_file(struct run *r, const char *path, struct buf *into, struct lab_error *e);
int replay_finish(struct run *r, struct lab_error *e);

#endif
