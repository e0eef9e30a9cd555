/*
 * What the files of this room share: sources as they were read once, diagnostics as they collect,
 * the compiler, and the folder names inside the sandbox.
 */
#ifndef LAB_BUILD_PARTS_H
#define LAB_BUILD_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/build/build.h"
#include "lab/exercise/exercise.h"

/* What a build makes of one program. */
#define PROGRAM_MAX    (32u << 20)
#define LINE_TABLE_MAX (16u << 20)

#define BUILD_OUTPUT_MAX (64u << 10) /* bytes of what a compiler says that are read */
/* For all compilers of a submission together. Only a net: what takes too long is ended by the
 * sandbox's limit of processor time, so that a busy machine changes no verdict. */
#define BUILD_WALL_MS 120000

/* One file, held in memory from the moment it was read: what is compiled, hashed and quoted in
 * diagnostics is the same bytes, whatever happens to the file meanwhile. */
struct source {
	char *name;
	struct buf bytes;
	bool given; /* the lab's own, not the student's */
};

struct source_list {
	struct source *list; /* by name */
	size_t count;
};

/* Reads the student's files of SUBMISSION and the given ones. What is wrong with them becomes
 * diagnostics; -1 only where the folder itself cannot be read. */
int sources_read(struct source_list *s, const struct exercise *ex, const char *submission,
	struct build_result *result, struct lab_error *e);
const struct source *sources_find(const struct source_list *s, const char *name);
/* Writes them into FOLDER. */
int sources_write(const struct source_list *s, const char *folder, struct lab_error *e);
/* Makes the file, with MODE whatever the umask: the sandbox reads it as another user. */
int write_whole(const char *path, const struct buf *bytes, mode_t mode, struct lab_error *e);
uint64_t sources_hash(const struct source_list *s);
void sources_done(struct source_list *s);
bool source_is_c(const char *name);
/* The first line of TEXT with assembly that may use memory; 0: there is none. */
int source_assembly(const char *text, size_t len);

/* Adds one; TEXT is cleaned of control characters, and a repeated one is dropped. */
void diagnostic_add(struct build_result *result, const char *file, int line, int column,
	enum build_severity severity, const char *text);
void diagnostic_addf(struct build_result *result, const char *file, int line,
	enum build_severity severity, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
bool diagnostics_have_error(const struct build_result *result);
/* Errors first, each with its notes, and the source lines. */
void diagnostics_finish(struct build_result *result, const struct source_list *s);

/* What a compiler and its linker said -> diagnostics. SOURCES: of the program that was built. */
void compiler_output_read(struct build_result *result, const struct source_list *s,
	const char *const *sources, const char *text);
/* What guest/lines said on standard error: names that a submission may not define. */
void reserved_read(struct build_result *result, const struct source_list *s,
	const char *const *sources, const char *text);
bool reserved_name(const char *name);

enum compiler_family { COMPILER_GCC, COMPILER_CLANG };

struct compiler {
	enum compiler_family family;
	char *path;       /* absolute */
	char **words;     /* what follows it in $CC; NULL-terminated */
	char *version;    /* "gcc 12.2.0" */
	struct stat file; /* what is at PATH */
	bool has_file;
	int query; /* the version's answer is still to come on this descriptor; -1 */
	int query_pid;
};

/* Starts the question for the version, so that it is answered while other things are done. */
int compiler_start(struct compiler *c, struct lab_error *e);
/* Reads the answer; returns at once when it was read already. */
int compiler_wait(struct compiler *c, struct lab_error *e);
void compiler_done(struct compiler *c);

/* A list of arguments that does not own its words; ended by NULL once it has any. */
struct words {
	const char **list;
	size_t count;
};

/* flags.c */
void word(struct words *w, const char *text);
/* The flags of every program; RACES: and those for finding races. */
void word_flags(struct words *w, enum compiler_family family, bool races);
/* The flags of every program, and those for finding races, as one line of text. */
void compile_flags_put(struct buf *into, enum compiler_family family);

/* cache.c; CACHE may be NULL. 1: programs and line tables of such a build are in OUT, and *RESULT
 * says of it what compile_all() would have said. 0: there is none. */
int cache_serve(struct build_cache *cache, const struct exercise *ex, const struct source_list *s,
	const char *out, struct build_result *result, struct lab_error *e);
/* Keeps what is in OUT, if it would be the same for other submissions. */
int cache_keep(struct build_cache *cache, const struct exercise *ex, const struct source_list *s,
	const char *out, const struct build_result *result, struct lab_error *e);

struct build_job {
	const char *program;
	const char **sources; /* NULL-terminated */
	bool driver;          /* linked with the exercise's driver */
};

/* Compiles all JOBS in one sandbox and fetches programs and line tables into OUT. */
int compile_all(struct build_result *result, struct compiler *c, const struct exercise *ex,
	const struct source_list *s, const struct build_job *jobs, size_t count, const char *out,
	const struct build_watch *watch, struct lab_error *e);

#endif
