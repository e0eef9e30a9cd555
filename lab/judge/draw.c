/*
 * Inputs and answers. Inputs that could be hard-coded are drawn from a hash of the submission, the
 * seed and the check's name: the same submission always gets the same, and a check that is added
 * changes no other.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/judge/internal.h"

#define ANSWERS_MOST 65536

void judge_draw_init(void)
{
	struct state *s = &judge_state;
	uint64_t parts[3] = {s->options.input_hash, s->options.seed,
		rng_hash(s->check->name, strlen(s->check->name))};

	s->rng = rng_seed(rng_hash(parts, sizeof(parts)));
}

/* Texts live as long as the check's process. */
static const char *keep(char *text)
{
	struct state *s = &judge_state;

	s->texts = lab_xrealloc(s->texts, (s->text_count + 1) * sizeof(*s->texts));
	s->texts[s->text_count++] = text;
	return text;
}

int draw(int low, int high)
{
	if (high < low)
		broken_check("draw(%d, %d): nothing to draw from", low, high);
	return low + (int)rng_below(&judge_state.rng, (uint64_t)((int64_t)high - low + 1));
}

const char *draw_word(size_t length)
{
	char *word = lab_xmalloc(length + 1);

	for (size_t i = 0; i < length; i++)
		word[i] = (char)('a' + rng_below(&judge_state.rng, 26));
	return keep(word);
}

const char *text_of(const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return keep(buf_take(&b));
}

static char *trimmed(const char *from, size_t len)
{
	while (len && strchr(" \t\r", from[0])) {
		from++;
		len--;
	}
	while (len && strchr(" \t\r", from[len - 1]))
		len--;
	return strndup(from, len);
}

/* "key: value" lines; '#' begins a comment line. The last one of a key counts. */
const char *answer_of(const char *key)
{
	struct state *s = &judge_state;
	const char *found = NULL, *line;
	struct lab_error e;

	if (!s->options.answers)
		return NULL;
	if (!s->answers.data && file_read(s->options.answers, &s->answers, ANSWERS_MOST, &e) < 0)
		judge_broken(&e);
	for (line = buf_text(&s->answers); *line;) {
		size_t len = strcspn(line, "\n");
		const char *colon = memchr(line, ':', len);

		if (colon && line[0] != '#') {
			char *name = trimmed(line, (size_t)(colon - line));

			if (strcmp(name, key) == 0)
				found = keep(trimmed(colon + 1, len - (size_t)(colon - line) - 1));
			free(name);
		}
		line += len + (line[len] == '\n');
	}
	return found && *found ? found : NULL;
}
