/*
 * A submission -> programs: reads the sources once, decides what is built from what, and puts the
 * result together. The rooms' other files do the parts: source.c, compiler.c, compile.c, output.c,
 * diagnostic.c.
 */
#include "config.h"

#include "lab/build/build.h"

#include <errno.h>
#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/path.h"
#include "lab/build/parts.h"

/* Does a program name this source? */
static bool is_claimed(const struct exercise *ex, const char *name)
{
	for (size_t i = 0; i < ex->program_count; i++)
		for (char **source = ex->programs[i].sources; *source != NULL; source++)
			if (strcmp(*source, name) == 0)
				return true;
	return false;
}

/* A program's own sources, and, for the student's, the files that no program claims. */
static const char **choose_sources(const struct exercise *ex, const struct source_list *s,
	const struct exercise_program *program, bool students)
{
	const char **list = lab_xmalloc((s->count + 1) * sizeof(char *));
	size_t n = 0;

	for (char **source = program->sources; *source != NULL; source++) {
		const struct source *own = sources_find(s, *source);

		if (own != NULL)
			list[n++] = own->name;
	}
	for (size_t i = 0; students && i < s->count; i++)
		if (!s->list[i].given && source_is_c(s->list[i].name) &&
			!is_claimed(ex, s->list[i].name))
			list[n++] = s->list[i].name;
	return list;
}

/* The folders of a result. They are readable for all: the sandbox's user is another one, and OUT
 * itself keeps everybody else out. */
static int make_folders(const char *out, struct lab_error *e)
{
	static const char *const names[] = {"src", "bin", "lines"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		LAB_FREE char *path = path_join(out, names[i]);

		if (mkdir(path, 0755) < 0 || chmod(path, 0755) < 0)
			return lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\"", path);
	}
	return 0;
}

static int build_programs(struct build_result *result, struct compiler *c,
	const struct exercise *ex, const struct source_list *s, const char *out,
	const struct build_options *options, struct lab_error *e)
{
	size_t count = ex->program_count + ex->given_count;
	LAB_FREE struct build_job *jobs = lab_xmalloc((count + 1) * sizeof(*jobs));
	int failed = cache_serve(options->cache, ex, s, out, result, e);

	if (failed != 0)
		return failed < 0 ? -1 : 0;
	for (size_t i = 0; i < count; i++) {
		bool students = i < ex->program_count;
		const struct exercise_program *program =
			students ? &ex->programs[i] : &ex->given[i - ex->program_count];

		jobs[i] = (struct build_job){
			.program = program->name,
			.sources = choose_sources(ex, s, program, students),
			.driver = students && ex->driver != NULL,
		};
	}
	if (count > 0)
		failed = compile_all(result, c, ex, s, jobs, count, out, options->watch, e);
	for (size_t i = 0; i < count; i++)
		free(jobs[i].sources);
	return failed < 0 ? -1 : cache_keep(options->cache, ex, s, out, result, e);
}

static int build(struct build_result *result, struct compiler *c, const struct exercise *ex,
	const char *submission, const char *out, const struct build_options *options,
	struct source_list *s, struct lab_error *e)
{
	if (compiler_start(c, e) < 0 || sources_read(s, ex, submission, result, e) < 0 ||
		make_folders(out, e) < 0)
		return -1;

	LAB_FREE char *src = path_join(out, "src");

	if (sources_write(s, src, e) < 0)
		return -1;
	if (!diagnostics_have_error(result) &&
		build_programs(result, c, ex, s, out, options, e) < 0)
		return -1;
	if (compiler_wait(c, e) < 0)
		return -1;
	result->compiler = lab_xstrdup(c->version);
	result->libc = lab_xprintf("glibc %s", gnu_get_libc_version());
	result->input_hash = sources_hash(s);
	diagnostics_finish(result, s);
	result->ok = !diagnostics_have_error(result);
	return 0;
}

int build_submission(const struct exercise *exercise, const char *submission, const char *out,
	const struct build_options *options, struct build_result *result, struct lab_error *e)
{
	static const struct build_options none;
	struct source_list sources = {NULL, 0};
	struct compiler compiler;
	int failed;

	*result = (struct build_result){0};
	failed = build(result, &compiler, exercise, submission, out, options ? options : &none,
		&sources, e);
	compiler_done(&compiler);
	sources_done(&sources);
	if (failed < 0)
		build_result_done(result);
	return failed;
}

char *build_signature(struct lab_error *e)
{
	struct compiler c;
	BUF_SCOPED text = BUF_INIT;
	bool known = compiler_start(&c, e) == 0 && compiler_wait(&c, e) == 0;

	if (known) {
		buf_printf(&text, "%s, %s, glibc %s:", build_compiler(), c.version,
			gnu_get_libc_version());
		compile_flags_put(&text, c.family);
	}
	compiler_done(&c);
	return known ? buf_take(&text) : NULL;
}

void build_result_copy(struct build_result *to, const struct build_result *from)
{
	*to = *from;
	to->compiler = lab_xstrdup(from->compiler);
	to->libc = lab_xstrdup(from->libc);
	to->diagnostics = lab_xmalloc(from->count * sizeof(*to->diagnostics));
	for (size_t i = 0; i < from->count; i++) {
		struct build_diagnostic *d = &to->diagnostics[i];

		*d = from->diagnostics[i];
		d->file = lab_xstrdup(d->file);
		d->text = lab_xstrdup(d->text);
		d->source = lab_xstrdup(d->source);
	}
}

void build_result_done(struct build_result *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->diagnostics[i].file);
		free(r->diagnostics[i].text);
		free(r->diagnostics[i].source);
	}
	free(r->diagnostics);
	free(r->compiler);
	free(r->libc);
	*r = (struct build_result){0};
}
