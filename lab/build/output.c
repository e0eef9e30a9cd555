/*
 * What compilers and linkers say -> diagnostics. gcc and clang agree on
 *
 *	FILE:LINE:COLUMN: error: TEXT
 *
 * and both use GNU ld, which says what is wrong in a few known sentences. All else is passed over:
 * a failed build without any diagnostic gets one from compile.c.
 *
 * File names are believed only where they are the submission's own. A diagnostic in a header of the
 * system belongs to the line that included it. A name that #line made up is looked for in #line
 * directives of the program's sources and translated back; nothing is ever opened by it.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/path.h"
#include "lab/build/parts.h"

/* Where the reader stands between lines. */
struct output {
	struct build_result *result;
	const struct source_list *sources;
	const char *const *program; /* the program's sources */
	char included_file[256];    /* the line of ours that included what follows */
	int included_line;
	char function[128]; /* of "in function `NAME':" */
};

struct location {
	char file[256]; /* ours, or "" */
	int line, column;
};

/* NAME without the folders in which it lies inside the sandbox. */
static const char *own_name(const struct output *o, const char *name)
{
	static const char *const folders[] = {"/src/", "/out/", "./"};
	const struct source *source;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (strncmp(name, folders[i], strlen(folders[i])) == 0)
			name += strlen(folders[i]);
	source = sources_find(o->sources, name);
	return source != NULL ? source->name : NULL;
}

/* Reads "#line N "NAME"" or "# N "NAME"" at P: N, or 0 if it is none or names another file. */
static int directive(const char *p, const char *name)
{
	size_t len = strlen(name);
	char *end;
	long n;

	p += strspn(p, " \t");
	if (*p != '#')
		return 0;
	p += 1 + strspn(p + 1, " \t");
	if (strncmp(p, "line", 4) == 0)
		p += 4;
	n = strtol(p, &end, 10);
	p = end + strspn(end, " \t");
	if (n <= 0 || n > 100000000 || *p != '"' || strncmp(p + 1, name, len) != 0 ||
		p[1 + len] != '"')
		return 0;
	return (int)n;
}

/* Translates LINE of the file NAME, which #line made up, back to a line of ours. */
static bool undo_line_directive(struct output *o, const char *name, int line, struct location *at)
{
	for (size_t i = 0; i < o->sources->count; i++) {
		const struct source *source = &o->sources->list[i];
		const char *p = buf_text(&source->bytes);

		for (int here = 1; p != NULL && *p != '\0'; here++) {
			int n = directive(p, name);

			if (n > 0 && n <= line) {
				snprintf(at->file, sizeof(at->file), "%s", source->name);
				at->line = here + 1 + (line - n);
				return true;
			}
			p = strchr(p, '\n');
			p = p != NULL ? p + 1 : NULL;
		}
	}
	return false;
}

/* Puts NAME:LINE into AT as something of the submission's own. */
static void locate(struct output *o, const char *name, int line, int column, struct location *at)
{
	const char *own = own_name(o, name);

	*at = (struct location){.line = line, .column = column};
	if (own != NULL) {
		snprintf(at->file, sizeof(at->file), "%s", own);
		return;
	}
	if (undo_line_directive(o, name, line, at))
		return;
	at->column = 0;
	at->line = o->included_line;
	snprintf(at->file, sizeof(at->file), "%s",
		o->included_line > 0 ? o->included_file : o->program[0]);
}

/* ":12" or ":12:5" at P. Returns what follows, NULL if there is no number. */
static const char *parse_numbers(const char *p, int *line, int *column)
{
	int *into[2] = {line, column};

	*line = *column = 0;
	for (int i = 0; i < 2 && *p == ':' && isdigit((unsigned char)p[1]); i++) {
		char *end;
		long n = strtol(p + 1, &end, 10);

		*into[i] = n < 100000000 ? (int)n : 0;
		p = end;
	}
	return *line > 0 ? p : NULL;
}

/* The first ":NUMBER" of TEXT that ends a file's name. */
static const char *parse_location(const char *text, char *name, size_t size, int *line, int *column)
{
	for (const char *p = strchr(text, ':'); p != NULL; p = strchr(p + 1, ':')) {
		const char *rest = parse_numbers(p, line, column);

		if (rest == NULL || p == text || (size_t)(p - text) >= size)
			continue;
		snprintf(name, size, "%.*s", (int)(p - text), text);
		return rest;
	}
	return NULL;
}

static const struct {
	const char *word;
	enum build_severity severity;
} severities[] = {
	{": fatal error: ", BUILD_ERROR},
	{": error: ", BUILD_ERROR},
	{": sorry, unimplemented: ", BUILD_ERROR},
	{": internal compiler error: ", BUILD_ERROR},
	{": warning: ", BUILD_WARNING},
	{": note: ", BUILD_NOTE},
	{": remark: ", BUILD_NOTE},
};

static bool read_compiler_line(struct output *o, const char *text)
{
	char name[256];
	int line, column;
	struct location at;
	const char *rest = parse_location(text, name, sizeof(name), &line, &column);

	for (size_t i = 0; rest != NULL && i < sizeof(severities) / sizeof(severities[0]); i++) {
		size_t len = strlen(severities[i].word);

		if (strncmp(rest, severities[i].word, len) != 0)
			continue;
		locate(o, name, line, column, &at);
		diagnostic_add(
			o->result, at.file, at.line, at.column, severities[i].severity, rest + len);
		return true;
	}
	return false;
}

/* "{standard input}:9: Error: TEXT": the assembler, which reads from the compiler and knows no file
 * of ours. */
static bool read_assembler_line(struct output *o, const char *text)
{
	const char *error;

	if (strncmp(text, "{standard input}:", 17) != 0)
		return false;
	error = strstr(text, "rror: ");
	if (error != NULL)
		diagnostic_addf(o->result, o->program[0], 0, BUILD_ERROR,
			"the assembler refuses what asm() gave it: %s", error + strlen("rror: "));
	return true;
}

/* "In file included from FILE:LINE:COLUMN," and "                 from FILE:LINE," */
static bool read_inclusion(struct output *o, const char *text)
{
	const char *p = text + strspn(text, " ");
	bool first = strncmp(p, "In file included from ", 22) == 0;
	char name[256];
	const char *own;
	int line, column;

	if (!first && (p == text || strncmp(p, "from ", 5) != 0))
		return false;
	if (first)
		o->included_line = 0;
	if (parse_location(p + (first ? 22 : 5), name, sizeof(name), &line, &column) == NULL)
		return true;
	own = own_name(o, name);
	if (own != NULL) {
		snprintf(o->included_file, sizeof(o->included_file), "%s", own);
		o->included_line = line;
	}
	return true;
}

/* Copies what stands between ` and ' (or between two ') after WORDS. */
static bool quoted_after(const char *text, const char *words, char *into, size_t size)
{
	const char *p = strstr(text, words), *end;

	if (p == NULL)
		return false;
	p += strlen(words);
	if (*p != '`' && *p != '\'')
		return false;
	end = strchr(p + 1, '\'');
	if (end == NULL || (size_t)(end - p - 1) >= size)
		return false;
	snprintf(into, size, "%.*s", (int)(end - p - 1), p + 1);
	return true;
}

/* The place of a linker's sentence: FILE:LINE before SENTENCE, else none. An object's name may
 * stand before it ("/tmp/x.o:/src/fan.c:4: multiple definition of ..."). */
static void locate_linker(
	struct output *o, const char *text, const char *sentence, struct location *at)
{
	LAB_FREE char *place = lab_xprintf("%.*s", (int)(sentence - text), text);
	const char *object = strstr(place, ".o:"), *own = NULL;
	char name[256];
	int line, column;

	*at = (struct location){.line = 0};
	if (parse_location(object != NULL ? object + 3 : place, name, sizeof(name), &line,
		    &column) != NULL)
		own = own_name(o, name);
	if (own != NULL)
		at->line = line;
	snprintf(at->file, sizeof(at->file), "%s", own != NULL ? own : o->program[0]);
}

static bool read_undefined(struct output *o, const char *text)
{
	char name[256];
	struct location at;

	if (!quoted_after(text, "undefined reference to ", name, sizeof(name)))
		return false;
	locate_linker(o, text, strstr(text, "undefined reference"), &at);
	if (strcmp(name, "main") == 0 && at.line == 0)
		diagnostic_addf(o->result, at.file, 0, BUILD_ERROR,
			"there is no function main, with which the program could begin");
	else if (at.line == 0 && o->function[0] != '\0')
		diagnostic_addf(o->result, at.file, 0, BUILD_ERROR,
			"%s is used in %s, but neither your files nor the C library define it "
			"(undefined reference)",
			name, o->function);
	else
		diagnostic_addf(o->result, at.file, at.line, BUILD_ERROR,
			"%s is used here, but neither your files nor the C library define it "
			"(undefined reference)",
			name);
	return true;
}

static bool read_multiple(struct output *o, const char *text)
{
	char name[256];
	struct location at, first;
	const char *rest = strstr(text, "; ");

	if (!quoted_after(text, "multiple definition of ", name, sizeof(name)))
		return false;
	locate_linker(o, text, strstr(text, "multiple definition"), &at);
	if (reserved_name(name)) {
		diagnostic_addf(o->result, at.file, at.line, BUILD_ERROR,
			"%s is a name of the lab's own: a program that defines it could not be "
			"judged. "
			"Choose another name",
			name);
		return true;
	}
	diagnostic_addf(o->result, at.file, at.line, BUILD_ERROR,
		"%s is defined twice in one program (multiple definition)", name);
	if (rest != NULL) {
		locate_linker(o, rest + 2, rest + strlen(rest), &first);
		if (first.line > 0)
			diagnostic_addf(o->result, first.file, first.line, BUILD_NOTE,
				"%s was first defined here", name);
	}
	return true;
}

static bool read_linker_line(struct output *o, const char *text)
{
	if (quoted_after(text, "in function ", o->function, sizeof(o->function)))
		return true;
	return read_undefined(o, text) || read_multiple(o, text);
}

void compiler_output_read(struct build_result *result, const struct source_list *s,
	const char *const *sources, const char *text)
{
	struct output o = {.result = result, .sources = s, .program = sources};

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		LAB_FREE char *line = lab_xprintf("%.*s", (int)len, text);

		if (!read_inclusion(&o, line) && !read_assembler_line(&o, line) &&
			!read_linker_line(&o, line)) {
			read_compiler_line(&o, line);
			if (strstr(line, ": note: ") == NULL)
				o.included_line = 0;
		}
		text += len + (text[len] == '\n');
	}
}

/* "symbol NAME FILE LINE" */
static void read_symbol(struct build_result *r, const char *const *sources,
	const struct source_list *s, const char *line)
{
	char name[256], file[256];
	int number;

	if (sscanf(line, "symbol %255s %255s %d", name, file, &number) != 3)
		return;
	if (sources_find(s, file) == NULL) {
		snprintf(file, sizeof(file), "%s", sources[0]);
		number = 0;
	}
	diagnostic_addf(r, file, number, BUILD_ERROR,
		"%s is a name of the library's or the lab's own: a program that defines it could "
		"not "
		"be judged. Choose another name",
		name);
}

void reserved_read(struct build_result *result, const struct source_list *s,
	const char *const *sources, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		LAB_FREE char *line = lab_xprintf("%.*s", (int)len, text);

		if (strncmp(line, "symbol ", 7) == 0)
			read_symbol(result, sources, s, line);
		else if (strncmp(line, "section ", 8) == 0)
			diagnostic_addf(result, sources[0], 0, BUILD_ERROR,
				"something is put into the section %.100s, which belongs to the "
				"lab: a "
				"program that does that could not be judged",
				line + 8);
		text += len + (text[len] == '\n');
	}
}

bool reserved_name(const char *name)
{
	static const char *const prefixes[] = {
		"__wrap_", "__real_", "ipclab_", "__sanitizer_", "__tsan_"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}
