/*
 * A submission's sources -> executables, or diagnostics. The compiler runs in the sandbox: sources
 * are hostile too. Knows exercise and sandbox; runs no student program.
 *
 * What is accepted: regular files (no links), names of [A-Za-z0-9_.-], ending .c or .h or
 * answers.txt, at most BUILD_SOURCE_MAX bytes each, BUILD_FILES_MAX of them, no NUL byte. All .c
 * files that belong to no other program are linked to each program; headers are for all.
 *
 * The result in OUT (a fresh folder of the caller's, mode 0700):
 *	src/NAME.c      what was compiled, as it was read once
 *	bin/NAME        the programs (0555), of `programs` and `given`
 *	lines/NAME      its line table, see lab/run/lines.h
 */
#ifndef LAB_BUILD_BUILD_H
#define LAB_BUILD_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

#define BUILD_SOURCE_MAX (1 << 20)
#define BUILD_FILES_MAX  64

enum build_severity { BUILD_NOTE, BUILD_WARNING, BUILD_ERROR };

struct build_diagnostic {
	char *file;       /* among the submission's own; "" where the compiler names none */
	int line, column; /* from 1; 0 unknown */
	enum build_severity severity;
	char *text;   /* no control characters */
	char *source; /* the source line, or NULL */
};

struct build_result {
	bool ok;
	struct build_diagnostic *diagnostics;
	size_t count;
	char *compiler;      /* "gcc 12.2.0" */
	char *libc;          /* "glibc 2.36" */
	bool reduced;        /* compiled with reduced isolation: this machine refuses namespaces */
	uint64_t input_hash; /* of the sources: inputs are drawn from it */
};

/* For who has something to do meanwhile: the compilers are at work, the folders of OUT stand and
 * src/ is whole. Not called where nothing is compiled. */
struct build_watch {
	void (*compiling)(void *context, uint64_t input_hash);
	void *context;
};

/* Programs that need not be compiled again: those of exercises that bring them all themselves.
 * Whoever builds many submissions keeps one as long as he does; it is no other thread's meanwhile.
 */
struct build_cache;
struct build_cache *build_cache_new(void);
void build_cache_free(struct build_cache *cache); /* NULL: nothing */

struct build_options {
	const struct build_watch *watch; /* NULL: nobody */
	struct build_cache *cache;       /* NULL: none */
};

/* 0: *RESULT says whether it built (a refused or empty source is a diagnostic, not an error of
 * ours). -1: ours. SUBMISSION is the folder with the student's files; OPTIONS may be NULL. */
int build_submission(const struct exercise *exercise, const char *submission, const char *out,
	const struct build_options *options, struct build_result *result, struct lab_error *e);
void build_result_done(struct build_result *result);
void build_result_copy(struct build_result *to, const struct build_result *from);

/* Is NAME one of the files that a build of EXERCISE reads from a submission? Those that the lab
 * itself brings are not, nor is what a source file is not called. Fit to be read it may still not
 * be. */
bool build_reads(const struct exercise *exercise, const char *name);

/* All besides exercise and sources that decides what a build makes: the compiler's command and
 * version, libc, the flags. NULL and E where there is no compiler. Caller frees. */
char *build_signature(struct lab_error *e);

/* Line LINE (from 1) of FILE as it was built into OUT, without control characters; NULL: no such
 * file, no such line. Of a long one the beginning. Caller frees. */
char *build_source_line(const char *out, const char *file, int line);

/* Those of the compiler's options that say what a source means and what is warned of: the standard,
 * threads, warnings. NULL-terminated, static. */
const char *const *build_language_flags(void);

/* The compiler command: $CC if set, else what configure chose. */
const char *build_compiler(void);

#endif
