/*
 * The supervisor's side of finding races, for its own files only: what is told to the detector
 * (lab/race), and what it finds. Nothing here does anything before a program says that it is built
 * for it (MARK_SHARED), so that all other runs stay as they are.
 *
 * races_memory.c knows what memory is shared, races.c tells of its uses, races_order.c of what puts
 * the tasks in order; races_report.c makes events of what is found.
 */
#ifndef LAB_SUPERVISE_RACES_H
#define LAB_SUPERVISE_RACES_H

#include "lab/race/race.h"
#include "lab/supervise/parts.h"

struct race_place {
	const char *file, *function; /* NULL: unknown */
	int line;
};

struct race_name { /* of a key of the detector, as the log calls it */
	uint64_t key;
	const char *id;
};

struct known_place {
	uint64_t key, site;
};

#define KNOWN_PLACES 512
#define SEEN         32 /* places that a waiting loop may look at */

struct race_task {
	bool over;    /* its end was told */
	bool pending; /* a plain write that has been let go */
	struct race_access access;
	uint64_t addr, site, step;
	struct { /* what it has read since it last found something new */
		uint64_t addr, place, value;
	} seen[SEEN];
	unsigned seen_count, in_vain;
	uint64_t waits_for, waits_at, waits_size; /* what it has read in vain last */
	int forked;                               /* its last child */
	bool name_was_there;                      /* which the call it makes may make */
	uint64_t mutex;                           /* of the condition that it waits for */
	uint64_t moved;                           /* bytes of its write that have been told of */
	struct {
		uint64_t key;
		int change;
	} undo[16]; /* semop with SEM_UNDO */
	size_t undo_count;
	const struct guest_record *played; /* the record of the tape that is played */
	bool mask_known;                   /* the signals that it blocks */
	unsigned handlers;                 /* that the detector knows it to be in */
	struct event *used; /* of an atomic that is about to be changed, at USED_AT */
	uint64_t used_at;
	unsigned used_size;
};

struct sysv_set {
	int id;
	unsigned count; /* semaphores; 0: unknown */
};

/* A channel of bytes or messages, and what is in it as far as it was told. */
struct race_channel {
	uint64_t key, bytes;
	uint64_t sent;        /* bytes, ever */
	uint64_t room;        /* of a pipe, where it was set; 0: the usual */
	struct race_waiting { /* messages of a POSIX queue, by priority */
		unsigned priority, count;
	} * waiting;
	size_t waiting_count;
	bool opened; /* a queue, and how much it holds is told */
};

/* The parts of a channel have keys of their own. */
enum part { PART_DATA, PART_ROOM, PART_END, PART_OPEN };

/* The two ends of a socketpair(2). */
struct race_pair {
	const char *ids[2];
	bool messages; /* datagrams */
};

struct races {
	struct race *race;
	struct race_place *places; /* of site i + 1 */
	size_t place_count;
	struct known_place known[KNOWN_PLACES];
	struct race_name *names; /* by open addressing; NAME_SIZE is a power of two */
	size_t name_count, name_size;
	struct race_channel *channels; /* races_order.c */
	size_t channel_count;
	struct race_pair *pairs;
	size_t pair_count;
	struct sysv_set *sets;
	size_t set_count;
	uint64_t *named; /* keys of semaphores that were opened */
	size_t named_count;
	uint32_t files;     /* open file descriptions that have a number */
	size_t told;        /* reports that are in the log */
	unsigned processes; /* whose variables are watched */
	unsigned uses;      /* of them that are in the log */
};

struct race_task *races_task(struct tracee *t);

/* The number of a place, 0 if it is unknown. */
uint64_t races_site(struct supervisor *s, const struct event_place *place);
/* A key for what the log calls ID; PART tells several of one object apart. */
uint64_t races_key(struct supervisor *s, const char *id, uint64_t part);
const char *races_name(const struct supervisor *s, uint64_t key); /* NULL: unknown */

/* How often T may ask in vain until others have their turn, less one. */
unsigned races_patience(struct tracee *t);
/* T has asked in vain: if it goes on so, others have their turn. */
void races_in_vain(struct supervisor *s, struct tracee *t);

/* The first of the shared ranges of P that ends above ADDR; their number if there is none. */
size_t races_range(const struct process *p, uint64_t addr);
/* A shared mapping was made at ADDR. */
void races_mapped_at(struct supervisor *s, struct tracee *t, uint64_t addr);

/* Uses by a call of the kernel, which has moved SIZE bytes to or from ADDR. */
void races_use_by_call(
	struct supervisor *s, struct tracee *t, uint64_t addr, uint64_t size, bool writes);

/* T has read or written N bytes of a file, which may be mapped. */
void races_file_used(
	struct supervisor *s, struct tracee *t, const char *id, int64_t n, bool writes);
/* races_lock.c: where FD stands, and how large its file is */
int64_t races_position(const struct tracee *t, int fd, int whence);

/* races_order.c */
void races_name_is(struct supervisor *s, struct tracee *t, const char *path, bool changed);
void races_thread_joined(struct supervisor *s, struct tracee *t);

/* races_lock.c: calls that have succeeded, and ends */
void races_flock(struct supervisor *s, struct tracee *t);
void races_fcntl(struct supervisor *s, struct tracee *t);
void races_semget(struct supervisor *s, struct tracee *t, int64_t result);
void races_semop(struct supervisor *s, struct tracee *t);
void races_semctl(struct supervisor *s, struct tracee *t);
void races_undo(struct supervisor *s, struct tracee *t);
/* T has a new descriptor. */
void races_file_made(struct supervisor *s, struct tracee *t, int fd);
void races_files_closed_by_exec(struct supervisor *s, struct tracee *t);
/* T closes its descriptors FIRST to LAST. */
void races_files_closed(struct supervisor *s, struct tracee *t, unsigned first, unsigned last);

/* races_channel.c: what a call moves */
void races_channel_begins(struct supervisor *s, struct tracee *t);
void races_channel_ends(struct supervisor *s, struct tracee *t, int64_t result);
/* T closes its descriptors FIRST to LAST. */
void races_channels_close(struct supervisor *s, struct tracee *t, unsigned first, unsigned last);
void races_channels_free(struct races *r);
struct race_channel *races_channel(struct races *r, uint64_t key); /* new, if there was none */
void races_pipe_holds(struct supervisor *s, struct tracee *t, int64_t bytes);

/* races_queue.c */
void races_queue_opened(struct supervisor *s, struct tracee *t, const char *id);
void races_queue_moved(struct supervisor *s, struct tracee *t, int64_t n);
void races_sysv_moved(struct supervisor *s, struct tracee *t, int64_t n);

/* races_signal.c */
void races_signal_sent(struct supervisor *s, struct tracee *from, struct tracee *to, int sig);
void races_signal_taken(struct supervisor *s, struct tracee *t, int sig, int code);
void races_signal_ends(struct supervisor *s, struct tracee *t, int64_t result);
/* Before a use of memory: in which handler T is, and what it blocks. */
void races_signal_look(struct supervisor *s, struct tracee *t);

/* races_tape.c: what lay at ADDR when the record that is played was written down; false: none is
 * played, or it does not say. Where one is played, memory is not to be read. */
bool races_taped(const struct tracee *t, uint64_t addr, void *into, size_t size);
/* The write that is pending, as the record R found it. */
void races_settle_taped(struct supervisor *s, struct tracee *t, const struct guest_record *r);
void races_taped_place(struct supervisor *s, struct tracee *t, struct event *e);

/* races_variables.c: global and static ones, where the run asks for them */
void races_variables_are(struct supervisor *s, struct tracee *t, uint64_t begin, uint64_t end);
void races_variables_add(struct process *p); /* to the ranges that are shared */
void races_variables_fork(struct supervisor *s, const struct process *from, struct process *to);
void races_variables_used(
	struct supervisor *s, struct tracee *t, const struct race_access *access, uint64_t site);
void races_variables_settle(struct supervisor *s, struct tracee *t); /* at the next stop of T */

/* races_report.c: what has been found since, as events of T. */
void races_tell(struct supervisor *s, struct tracee *t);
/* EVENT_USE, which is not appended yet. */
struct event *race_use_event(
	struct supervisor *s, const struct race_access *access, int task, uint64_t site);
/* BYTES, the first KNOWN of SIZE, as "value", where they can be a number. */
void race_add_value(struct supervisor *s, struct event *e, const unsigned char *bytes,
	unsigned known, uint64_t size);

#endif
