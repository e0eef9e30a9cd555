/*
 * A failure that one schedule shows is easier to follow under the fewest choices that still show
 * it. The check is run again, in processes of their own, under lists of choices that become shorter
 * as long as it fails in the same class. A bounded number of times: what is told is the shortest
 * one found, not the shortest there is.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/judge/internal.h"

#define TRIES_MOST 24
#define LIST_MOST  512 /* choices of a list that is worth a try */
#define PREFIX     "choices:"
#define SAVED_MOST (64u << 10)

struct search {
	const struct judge_check *check;
	enum verdict_class class;
	unsigned list[LIST_MOST];
	size_t count;
	unsigned tries;
};

static bool read_list(struct search *s, const char *name)
{
	const char *at = name + strlen(PREFIX);

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return false;
	while (*at && s->count < LIST_MOST) {
		char *end;

		s->list[s->count++] = (unsigned)strtoul(at, &end, 10);
		at = *end ? end + 1 : end;
	}
	return *at == '\0';
}

static char *name_of(const unsigned *list, size_t count)
{
	struct buf name = BUF_INIT;

	for (size_t i = 0; i < count; i++)
		buf_printf(&name, "%s%u", i ? "." : PREFIX, list[i]);
	return buf_take(&name);
}

static bool fails_under(struct search *s, const unsigned *list, size_t count)
{
	struct options *o = &judge_state.options, before = *o;
	LAB_FREE char *name = name_of(list, count), *outcome = NULL;
	BUF_SCOPED record = BUF_INIT;
	struct check_result result = {0};
	bool same;

	if (count == 0 || s->tries++ >= TRIES_MOST)
		return false;
	o->schedule = name;
	o->save = NULL;
	outcome = judge_run_check(s->check, &record);
	*o = before;
	same = !outcome && verdict_receive(buf_text(&record), record.len, &result, NULL) == 0 &&
	       result.verdict == VERDICT_FAIL && result.class == s->class;
	check_result_done(&result);
	return same;
}

/* Natural goes on after the last of the list: how early may that be? */
static void cut_the_end(struct search *s)
{
	size_t low = 1, high = s->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (fails_under(s, s->list, middle))
			high = middle;
		else
			low = middle + 1;
	}
	s->count = high;
}

static void drop_single_ones(struct search *s)
{
	for (size_t i = s->count; i-- > 0 && s->count > 1;) {
		unsigned shorter[LIST_MOST];

		memcpy(shorter, s->list, i * sizeof(*shorter));
		memcpy(shorter + i, s->list + i + 1, (s->count - i - 1) * sizeof(*shorter));
		if (fails_under(s, shorter, s->count - 1)) {
			s->count--;
			memcpy(s->list, shorter, s->count * sizeof(*shorter));
		}
	}
}

/* NULL: it does not fail under choices alone, or there are too many of them. */
static char *shortest(const struct judge_check *check, const struct check_result *result)
{
	struct search s = {.check = check, .class = result->class};

	if (!read_list(&s, result->shortest) || !fails_under(&s, s.list, s.count))
		return NULL;
	cut_the_end(&s);
	drop_single_ones(&s);
	return name_of(s.list, s.count);
}

/* Saved logs cannot be run again, so what was found is saved beside them. */
static char *saved_path(const char *dir, const struct judge_check *check)
{
	return lab_xprintf("%s/%s/shortest", dir, check->name);
}

static char *recall(const struct judge_check *check)
{
	LAB_FREE char *path = saved_path(judge_state.options.replay, check);
	BUF_SCOPED text = BUF_INIT;

	if (file_read(path, &text, SAVED_MOST, NULL) < 0 || text.len == 0)
		return NULL;
	return lab_xstrdup(buf_text(&text));
}

static void remember(const struct judge_check *check, const char *name)
{
	const char *dir = judge_state.options.save;
	LAB_FREE char *path = dir && name ? saved_path(dir, check) : NULL;

	if (path)
		file_write(path, name, strlen(name), 0644, NULL);
}

void judge_shorten(const struct judge_check *check, struct buf *record)
{
	const struct options *o = &judge_state.options;
	struct check_result result = {0};
	char *found = NULL;

	if (verdict_receive(buf_text(record), record->len, &result, NULL) < 0)
		return; /* grade says what is wrong with it */
	if (result.shortest) {
		if (o->replay)
			found = recall(check);
		else if (!o->schedule)
			found = shortest(check, &result);
		remember(check, found);
		free(result.shortest);
		result.shortest = found;
		buf_clear(record);
		verdict_put(record, &result, NULL);
	}
	check_result_done(&result);
}
