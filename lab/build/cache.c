/*
 * Programs that need not be compiled again. Where an exercise brings all its programs itself and
 * the submission has only answers to hand in, they are the same for everybody; who builds many such
 * submissions one after the other keeps them here, in memory, a few ten kilobytes each.
 *
 * They are known by the bytes that they were made from. Nothing is kept that the compiler had
 * anything to say about, and nothing where the student has a source or header among the files.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/build/parts.h"

/* What a build made. */
struct entry {
	struct entry *next;
	char *exercise;   /* its folder */
	struct buf given; /* names and bytes of its sources */
	bool reduced;
	size_t count;
	struct product {
		char *program;
		struct buf bytes, lines;
	} * products;
};

struct build_cache {
	struct entry *first;
};

struct build_cache *build_cache_new(void)
{
	return lab_xmalloc(sizeof(struct build_cache));
}

static void entry_free(struct entry *entry)
{
	for (size_t i = 0; i < entry->count; i++) {
		free(entry->products[i].program);
		buf_done(&entry->products[i].bytes);
		buf_done(&entry->products[i].lines);
	}
	free(entry->products);
	buf_done(&entry->given);
	free(entry->exercise);
	free(entry);
}

void build_cache_free(struct build_cache *cache)
{
	while (cache && cache->first) {
		struct entry *entry = cache->first;

		cache->first = entry->next;
		entry_free(entry);
	}
	free(cache);
}

/* All that the programs are made from; false where the student has a part in it. */
static bool put_given(struct buf *into, const struct exercise *ex, const struct source_list *s)
{
	if (ex->program_count > 0 || ex->driver)
		return false;
	for (size_t i = 0; i < s->count; i++) {
		const struct source *source = &s->list[i];

		if (!source->given && strcmp(source->name, "answers.txt") != 0)
			return false;
		if (!source->given)
			continue;
		buf_printf(into, "%s %zu\n", source->name, source->bytes.len);
		buf_add(into, buf_text(&source->bytes), source->bytes.len);
	}
	return true;
}

static int write_all(const struct entry *entry, const char *out, struct lab_error *e)
{
	for (size_t i = 0; i < entry->count; i++) {
		const struct product *p = &entry->products[i];
		LAB_FREE char *program = lab_xprintf("%s/bin/%s", out, p->program);
		LAB_FREE char *lines = lab_xprintf("%s/lines/%s", out, p->program);

		if (write_whole(program, &p->bytes, 0555, e) < 0 ||
			write_whole(lines, &p->lines, 0444, e) < 0)
			return -1;
	}
	return 0;
}

static int read_product(struct product *p, const char *out, struct lab_error *e)
{
	LAB_FREE char *program = lab_xprintf("%s/bin/%s", out, p->program);
	LAB_FREE char *lines = lab_xprintf("%s/lines/%s", out, p->program);

	if (file_read(program, &p->bytes, PROGRAM_MAX, e) < 0)
		return -1;
	return file_read(lines, &p->lines, LINE_TABLE_MAX, e);
}

int cache_serve(struct build_cache *cache, const struct exercise *ex, const struct source_list *s,
	const char *out, struct build_result *result, struct lab_error *e)
{
	BUF_SCOPED given = BUF_INIT;

	if (!cache || !put_given(&given, ex, s))
		return 0;
	for (const struct entry *entry = cache->first; entry; entry = entry->next)
		if (strcmp(entry->exercise, ex->folder) == 0 && entry->given.len == given.len &&
			memcmp(buf_text(&entry->given), buf_text(&given), given.len) == 0) {
			result->reduced = entry->reduced;
			return write_all(entry, out, e) < 0 ? -1 : 1;
		}
	return 0;
}

int cache_keep(struct build_cache *cache, const struct exercise *ex, const struct source_list *s,
	const char *out, const struct build_result *result, struct lab_error *e)
{
	BUF_SCOPED given = BUF_INIT;
	struct entry *entry;

	if (!cache || result->count > 0 || !put_given(&given, ex, s))
		return 0;
	entry = lab_xmalloc(sizeof(*entry));
	*entry = (struct entry){.next = cache->first,
		.exercise = lab_xstrdup(ex->folder),
		.given = given,
		.reduced = result->reduced,
		.products = lab_xmalloc((ex->given_count + 1) * sizeof(struct product))};
	given = (struct buf)BUF_INIT;
	for (size_t i = 0; i < ex->given_count; i++) {
		struct product *p = &entry->products[entry->count++];

		p->program = lab_xstrdup(ex->given[i].name);
		if (read_product(p, out, e) < 0) {
			entry_free(entry);
			return -1;
		}
	}
	cache->first = entry;
	return 0;
}
