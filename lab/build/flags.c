/*
 * The flags of the compilers: what the course promises, what the supervisor and the search for
 * races need, and what each compiler calls it.
 */
#include "config.h"

#include <stdlib.h>

#include "lab/base/buf.h"
#include "lab/build/parts.h"

/* As the curriculum promises. */
static const char *const language[] = {
	"-std=gnu17",
	"-Wall",
	"-Wextra",
	"-pthread",
	NULL,
};

/* What the supervisor needs: coverage callbacks, frames to unwind, debug information with the
 * files' own names (of lines and functions; how much that is, is said below). */
static const char *const flags[] = {
	"-O2",
	"-pipe",
	"-fno-omit-frame-pointer",
	"-fno-optimize-sibling-calls", /* a function whose last call is a jump has no line */
	"-ftrivial-auto-var-init=pattern",
	"-fsanitize-coverage=trace-pc",
	"-ffile-prefix-map=/src/=",
};

/* How each compiler is told to say its diagnostics on one line each, and not too many; and what
 * keeps its linker from doing more than linking. */
static const char *const gcc_flags[] = {
	"-g1", /* a tenth less to do than with types and variables, which nobody reads; */
	"-gstatement-frontiers", /* with the lines of -g */
	"-fmax-errors=20", "-fno-diagnostics-show-caret", "-fdiagnostics-color=never",
	"-fdiagnostics-column-unit=byte",
	"-fno-use-linker-plugin", /* no link-time optimisation here: saves loading the plug-in, */
	"-static-libgcc",         /* and this reading libgcc_s twice, of which C needs nothing */
};
static const char *const clang_flags[] = {
	"-g", /* with -g1 it leaves functions out */
	"-ferror-limit=20", "-fno-caret-diagnostics", "-fno-color-diagnostics",
	"-fno-sanitize-link-runtime", /* the coverage callback is ours, not libclang_rt's */
};

/* Programs that are built to find races in: each use of memory goes through a callback of
 * guest/race.o. gcc's driver is not to know: it would link libtsan. The functions of <string.h>
 * must stay calls, which would else become moves that nobody sees. What that costs is a warning:
 * gcc no longer says that memset(p, 0, sizeof(p)) clears a pointer's size
 * (-Wsizeof-pointer-memaccess); clang does. */
static const char *const gcc_races[] = {
	"-Xpreprocessor",
	"-fsanitize=thread",
	"--param=tsan-distinguish-volatile=1",
	"--param=tsan-instrument-func-entry-exit=0",
	"-Wno-tsan",
	"-fno-builtin-memcpy",
	"-fno-builtin-memmove",
	"-fno-builtin-memset",
	"-fno-builtin-mempcpy",
	"-fno-builtin-bzero",
	"-fno-builtin-memcmp",
	"-fno-builtin-memchr",
	"-fno-builtin-strcpy",
	"-fno-builtin-stpcpy",
	"-fno-builtin-strncpy",
	"-fno-builtin-strcat",
	"-fno-builtin-strncat",
	"-fno-builtin-strlen",
	"-fno-builtin-strcmp",
	"-fno-builtin-strncmp",
	"-fno-builtin-strchr",
	"-fno-builtin-strrchr",
	"-fno-builtin-strstr",
};
static const char *const clang_races[] = {
	"-fsanitize=thread", "-mllvm", "-tsan-distinguish-volatile", "-mllvm",
	"-tsan-instrument-func-entry-exit=0", "-mllvm",
	"-tsan-instrument-read-before-write", /* x++ is a read and a write */
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void word(struct words *w, const char *text)
{
	w->list = lab_xrealloc(w->list, (w->count + 2) * sizeof(char *));
	w->list[w->count++] = text;
	w->list[w->count] = NULL;
}

static void word_list(struct words *w, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		word(w, list[i]);
}

void word_flags(struct words *w, enum compiler_family family, bool races)
{
	word_list(w, language, COUNT(language) - 1);
	word_list(w, flags, COUNT(flags));
	if (family == COMPILER_CLANG) {
		word_list(w, clang_flags, COUNT(clang_flags));
		if (races)
			word_list(w, clang_races, COUNT(clang_races));
	} else {
		word_list(w, gcc_flags, COUNT(gcc_flags));
		if (races)
			word_list(w, gcc_races, COUNT(gcc_races));
	}
}

void compile_flags_put(struct buf *into, enum compiler_family family)
{
	struct words all = {NULL, 0};

	word_flags(&all, family, true);
	for (size_t i = 0; i < all.count; i++)
		buf_printf(into, " %s", all.list[i]);
	free(all.list);
}

const char *const *build_language_flags(void)
{
	return language;
}
