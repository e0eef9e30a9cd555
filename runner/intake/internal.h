/* What the files of this room have from one another. */
#ifndef RUNNER_INTAKE_INTERNAL_H
#define RUNNER_INTAKE_INTERNAL_H

#include "runner/intake/intake.h"

/* Limits to what one student can hand in. */
enum {
	INTAKE_ENTRIES_MOST = 5000, /* files and folders in one folder or archive */
	INTAKE_DEPTH_MOST = 16,     /* folders in folders */
	INTAKE_ARCHIVES_MOST = 8,   /* archives, those in archives included */
	INTAKE_NOTES_MOST = 8,      /* lines about one of them */
};

/* Somewhere a student's files lie: a folder, an archive or a file. */
struct intake_root {
	char *path;
	char *label; /* as it is called in words: "class.zip/ada" */
	char *name;  /* of a file: what the student called it */
};

struct unpack_limits {
	unsigned long long members, bytes; /* in it, and all of them unpacked */
	unsigned long long file;           /* bytes of itself */
};
extern const struct unpack_limits unpack_limits_class, unpack_limits_student;

/* By its name's end, ".zip" or ".tar.gz": how long that is, 0: it is none. */
size_t unpack_suffix(const char *name);
/* "7z", "rar": what it is, if it is an archive that is not read here. */
const char *unpack_unknown(const char *name);
/* The archive PATH into a new folder of the intake's room: *FOLDER, which the caller frees. What
 * was left out is told in NOTES, with LABEL before it. -1 and E: LAB_USAGE, the archive is at
 * fault, and the text says how; LAB_BROKEN, the lab or the machine is. */
int unpack(struct intake *in, const char *path, const char *label,
	const struct unpack_limits *limits, struct list *notes, char **folder, struct lab_error *e);
/* A new, empty folder in the intake's room; the caller frees its name. NULL and E. */
char *intake_room(struct intake *in, struct lab_error *e);

/* From paths to students with roots, no works yet. */
int students_find(struct intake *in, char *const *paths, struct lab_error *e);
/* One more; ID and SOURCE may be NULL. Valid until the next one. */
struct intake_student *students_new(
	struct intake *in, const char *name, const char *id, const char *source);
/* One more with the same places as the given one: its number. */
size_t students_twin(struct intake *in, size_t student);
/* Does a folder with this list of names hold one student's work? */
bool students_is_work(const struct course *course, const struct list *names);

/* Names those from FIRST on as Gradescope's file in FOLDER does. */
#define GRADESCOPE_FILE "submission_metadata.yml"
void gradescope_read(struct intake *in, const char *folder, size_t first);

/* Names students as the roster does, and adds those who are only there. -1 and E (LAB_USAGE). */
int roster_apply(struct intake *in, const char *path, struct lab_error *e);

/* TEXT, if it is one, instead of what *INTO has. */
void intake_replace(char **into, const char *text);

/* Fills S->works and notes from its roots. -1 and E: LAB_BROKEN. */
int walk_student(struct intake *in, struct intake_student *s, struct lab_error *e);

/* A file of one student that lies in no exercise's folder. */
struct loose {
	char *path, *label, *name;
	size_t depth;
	bool taken; /* by an exercise */
};
/* Gives the loose files to the exercises that have no folder. */
int flat_sort(struct intake *in, struct intake_student *s, struct loose *files, size_t count,
	struct lab_error *e);
bool flat_is_of(const struct exercise *ex, const char *name);

/* What HEAD of the repository with the .git folder FD is, or NULL; the caller frees. */
char *git_head(int fd);

/* Adds a line about S, made fit for a terminal. */
void intake_note(struct list *notes, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
