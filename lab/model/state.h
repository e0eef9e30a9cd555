/* What the files of this room share: growing lists of the model, and the rules for calls. */
#ifndef LAB_MODEL_STATE_H
#define LAB_MODEL_STATE_H

#include "lab/base/buf.h"
#include "lab/model/model.h"

/* LIST with room for one more than COUNT: it grows at powers of two. */
#define ROOM_FOR_ONE(list, count)                                                                  \
	do {                                                                                       \
		if (((count) & ((count)-1)) == 0)                                                  \
			(list) =                                                                   \
				lab_xrealloc((list), ((count) ? (count)*2 : 1) * sizeof(*(list))); \
	} while (0)

/* What call NAME means when it has returned; O is that of its argument obj, NULL if it has none. */
struct model_rule {
	const char *name;
	void (*apply)(struct model *m, const struct event *e, struct model_object *o);
};

/* calls.c: the returned call E, by its rule in one of the tables, each of which ends with no name.
 */
void model_apply_call(struct model *m, const struct event *e);
bool model_says(const struct event *e, const char *key, const char *word);    /* in its text KEY */
void model_made_here(struct model *m, const struct event *e, const char *id); /* the first time */

/* calls_files.c: descriptors, and what lies behind them. */
extern const struct model_rule model_file_rules[];

/* calls_sync.c: semaphores, locks of memory, queues. */
extern const struct model_rule model_sync_rules[];
/* A call that sleeps may give something back while it does (pthread_cond_wait). */
void model_apply_block(struct model *m, const struct event *e);

/* signals.c: what a task has blocked, what waits for it, and which handlers it is in. */
extern const struct model_rule model_signal_rules[];
void model_handler_begins(struct model_task *t, int sig);
void model_handler_returns(struct model_task *t);

/* messages.c: what lies in queues. */
void model_message_sent(struct model *m, const struct event *e, const struct model_object *o);
void model_message_taken(struct model *m, const struct event *e, const struct model_object *o);

/* objects.c: find or make. The pointer is good until the next one is made. */
struct model_object *model_object_get(struct model *m, const char *id, const struct event *e);
struct model_use *model_use_get(struct model *m, const char *object, int64_t number, int task);
void model_lock_add(struct model *m, struct model_lock lock);
/* Locks that MATCH says go; CONTEXT is its own. */
void model_locks_drop(struct model *m,
	bool (*match)(const struct model_lock *lock, const void *context), const void *context);

/* cells.c: what lies in semaphores of a set and in shared memory. */
void model_cells_made(struct model *m, const char *object, int64_t count);
void model_cell_add(
	struct model *m, const struct event *e, const char *object, int64_t at, int64_t change);
void model_cells_undo(struct model *m, const struct event *e, int process);
void model_apply_semctl(struct model *m, const struct event *e, struct model_object *o);
void model_apply_access(struct model *m, const struct event *e, const char *object);

/* fds.c: the descriptors of a process (TASK may be a thread of it). */
int model_process(const struct model *m, int task);
struct model_fd *model_fd_open(struct model *m, const struct event *e, int fd, const char *object,
	bool readable, bool writable, bool cloexec);
void model_fd_dup(struct model *m, const struct event *e, int old, int new, bool cloexec);
void model_fd_close(struct model *m, int task, int fd);
void model_fd_close_range(struct model *m, int task, int64_t first, int64_t last);
void model_fds_inherit(struct model *m, int from, int to, const struct event *fork);
void model_fds_exec(struct model *m, int task);
void model_fds_end(struct model *m, int task);

#endif
