/*
 * Reduced isolation: the second execution of a plan, for machines that refuse user namespaces.
 *
 * Theory of operation. The plan's folders are real folders below a private one (ROOT, mode 0700, or
 * owned by the programs' uid): what the plan shows at /home/student is ROOT/home/student. Landlock
 * closes all other files, seccomp the network, a table of the supervisor's (supervise/world.h)
 * translates names and refuses what belongs to others. The first process is no PID 1: it is the
 * subreaper of all that runs inside, has a session of its own, and outlives its owner for as long
 * as it takes to kill what is left and to remove what was made.
 *
 * What compiles is not supervised: there the words of its command line are translated instead.
 */
#ifndef LAB_SANDBOX_REDUCED_H
#define LAB_SANDBOX_REDUCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/sandbox/inside.h"

#define REDUCED_OBJECTS_MAX 1024

/* System V objects have no folder in which they could be found again: the owner notes each, in
 * memory that the first process shares. */
struct reduced_notes {
	uint32_t count;
	struct reduced_object {
		int32_t kind;       /* enum sandbox_object */
		int32_t id;         /* the kernel's */
		int32_t shown, key; /* as the program knows it */
	} objects[REDUCED_OBJECTS_MAX];
};

struct reduced {
	struct sandbox_world world; /* what the caller is told; its texts are owned here */
	char *temporary;            /* ROOT as it was made */
	char *root;
	char *work_dir; /* below ROOT, or what the plan says */
	char **excluded;
	size_t excluded_count;
	bool supervised;
	bool change_uid; /* to UID, GID: we are root, */
	bool own_uid;    /* and no other sandbox has that one */
	uid_t uid;
	gid_t gid;
	int abi; /* Landlock's */
	int ruleset;
	struct sock_fprog filter; /* comes before the program's own, unless it is supervised */
	struct reduced_notes *notes;
};

/* What was asked for with IPCLAB_ISOLATION ("full", "reduced"); SANDBOX_ANY else. */
enum sandbox_isolation reduced_wish(void);

/* Makes ROOT, its folders and files, the table and the ruleset; changes the limits of PLAN to what
 * they mean here. NULL and E: LAB_UNSUPPORTED says what is missing. */
struct reduced *reduced_new(struct sandbox_plan *plan, struct lab_error *e);
void reduced_free(struct reduced *r);

/* reduced_landlock.c: the version of Landlock, 0 for none (errno). */
int reduced_landlock_abi(void);
int reduced_landlock(struct reduced *r, const struct sandbox_plan *plan, struct lab_error *e);

/* filter.c: the rules of sandbox_reduced_rules; the caller frees filter->filter. */
int reduced_filter_new(struct sock_fprog *filter, struct lab_error *e);

/* reduced_files.c: the owner's side of files and names. */
const char *reduced_outside(const struct reduced *r, const char *inside, char *room, size_t size);
/* TEXT with every name of the plan's turned into the real one (unless a supervisor does that);
 * appended to INTO without an end. */
void reduced_word(const struct reduced *r, const char *text, struct buf *into);
int reduced_open(const struct reduced *r, const char *path, int flags); /* -1 and errno */
int reduced_create(const struct reduced *r, const char *path, mode_t mode);
/* Calls FOUND for each POSIX queue, then each System V object that is left. */
void reduced_objects(const struct reduced *r, void *context,
	void (*found)(void *context, const char *kind, const char *name));

/* ---- the cloned side: reduced_inside.c ---- */

/* Instead of what inside_init() does with namespaces. */
void reduced_init(struct inside *in) __attribute__((noreturn));
/* Instead of a user namespace: the launcher confines itself and all that it will fork. */
int reduced_enter(const struct inside *in, struct wire_setup *failure);
/* Kills all that is left inside, removes all that was made. */
void reduced_tidy(const struct inside *in);

#endif
