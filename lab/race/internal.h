/*
 * What the files of this room share. Clocks, lists of held locks, records of accesses and pasts are
 * counted references and never change once they are shared: who needs another makes a new one.
 */
#ifndef LAB_RACE_INTERNAL_H
#define LAB_RACE_INTERNAL_H

#include "lab/race/race.h"

/* A vector clock: at[task]; what lies beyond COUNT is 0. */
struct clock {
	unsigned refs;
	int owner; /* whose clock this is; 0: of several */
	unsigned count;
	uint32_t at[];
};

/* Each takes its arguments as they are and gives a reference; NULL is the clock of nothing. */
struct clock *clock_new(int owner, unsigned count);
struct clock *clock_ref(struct clock *c);
void clock_drop(struct clock *c);
struct clock *clock_join(struct clock *a, struct clock *b);
void clock_add(struct clock **place, struct clock *more); /* *PLACE = join(*PLACE, MORE) */
void clock_set(struct clock **place, struct clock *c);

/* A map of keys in the order of creation. VALUES are the owner's. */
struct map_entry {
	uint64_t key;
	void *value;
	struct map_entry *chain;       /* in its bucket */
	struct map_entry *prev, *next; /* in order of creation */
};

struct map {
	struct map_entry **buckets;
	size_t bucket_count, count;
	struct map_entry *first, *last;
};

void *map_find(const struct map *m, uint64_t key); /* NULL: none */
void map_add(struct map *m, uint64_t key, void *value);
void *map_remove(struct map *m, uint64_t key); /* what was there */
void map_done(struct map *m, void (*free_value)(void *value));

struct held {
	unsigned refs;
	size_t count;
	struct race_held of[];
};

struct held *held_ref(struct held *h);
void held_drop(struct held *h);

struct handler {
	int sig;
	uint32_t known; /* what its sender knew of the task */
};

struct task {
	int index;
	unsigned count;
	uint32_t *at; /* COUNT of them; own: see NOW */
	uint32_t now; /* epoch of accesses from here on; NOW - 1 has been published */
	bool dirty;   /* accessed something in NOW */
	bool over;
	struct clock *published; /* what a release would publish; NULL: to be made */
	struct clock *fenced;    /* published by a release fence, for later stores */
	struct clock *glimpsed;  /* seen by relaxed loads, for an acquire fence */
	struct held *held;
	struct race_sync born, last;
	uint64_t last_op;
	struct race_sync *heard; /* HEARD_COUNT of them: by which of each task; NONE: when born */
	unsigned heard_count;
	uint32_t told; /* the own epoch in the clock that was acquired last, at told_op */
	uint64_t told_op;
	uint64_t mask;
	uint64_t *handler_set; /* 65 of them: at which op; NULL: no handler was ever set */
	size_t handler_count;
	struct handler handlers[8]; /* deeper ones are taken for the eighth */
};

struct task *task_get(struct race *r, int index);
/* What TASK would tell now; what it does later is not in it. A reference. */
struct clock *task_publish(struct race *r, struct task *t);
void task_learn(struct race *r, struct task *t, const struct clock *c);
void task_sync(struct race *r, struct task *t, enum race_sync_kind kind, uint64_t key);
void task_hold(struct task *t, bool semaphore, uint64_t key);
void task_unhold(struct task *t, bool semaphore, uint64_t key);
struct handler *task_handler(struct task *t); /* in which it is; NULL: none */
void task_free(struct task *t);
static inline uint32_t task_knows(const struct task *t, int of)
{
	return (unsigned)of < t->count ? t->at[of] : 0;
}

/* One access that may still race with a later one. */
struct record {
	unsigned refs;
	int task;
	uint32_t epoch;
	uint8_t kind, sig, value_size;
	unsigned char value[8];
	uint64_t op, mask, site, step, begin, end;
	struct held *held;
};

/* Those of one run, by task and time. */
struct past {
	unsigned refs;
	size_t count;
	struct record *of[];
};

struct record *record_ref(struct record *x);
void record_drop(struct record *x);
struct past *past_new(size_t room);
struct past *past_ref(struct past *p);
void past_drop(struct past *p);

/* Bytes BEGIN to END with one past. A treap: ordered by begin, a heap by weight. */
struct run {
	uint64_t begin, end;
	struct run *left, *right;
	uint32_t weight;
	int head;               /* the task that began the release sequence; 0: several did */
	struct clock *released; /* what an acquire load learns; NULL: nothing */
	struct past *past;
};

struct shadow {
	uint64_t key;
	struct run *root;
	size_t runs;
};

/* Cut out BEGIN to END: the runs in it, in order, are then the caller's to change, drop and replace
 * and to give back to shadow_paste() in order and without overlap. */
struct cut {
	struct run *left, *right;
	struct run **of;
	size_t count, room;
};

struct run *shadow_find(const struct shadow *s, uint64_t begin, uint64_t end); /* exactly it */
void shadow_cut(struct race *r, struct shadow *s, uint64_t begin, uint64_t end, struct cut *cut);
void shadow_paste(struct race *r, struct shadow *s, struct cut *cut);
struct run *shadow_run_new(struct race *r, struct shadow *s, uint64_t begin, uint64_t end);
void shadow_run_free(struct race *r, struct shadow *s, struct run *run);
void shadow_free(struct race *r, struct shadow *s); /* adds nothing to what was lost */

struct report {
	struct race_report shown;
	struct record *first, *second;
};

struct race {
	struct race_limits limits;
	uint64_t step, site;
	uint64_t op; /* calls so far */
	struct task **tasks;
	unsigned task_count;
	struct map locks, sems, barriers, channels, shadows;
	size_t runs;
	struct race_sync before; /* the last of who accesses now, before that */
	uint64_t lost;
	uint32_t dice; /* weights of the treap */
	struct report *reports;
	size_t report_count, more_reports;
	struct cut cut; /* room that is used again */
};

void report_add(struct race *r, uint64_t object, uint64_t begin, uint64_t end, struct record *first,
	struct record *second);
void locks_give_back(struct race *r, struct task *t); /* all that it holds */

void lock_free(void *lock);
void sem_free(void *sem);
void barrier_free(void *barrier);
void channel_free(void *channel);

#endif
