/*
 * Inputs are drawn from a hash of the submission, the seed and the check's name: the same
 * submission always gets the same, and a check that is added changes no other.
 */
#include "config.h"

#include <string.h>

#include "lab/judge/internal.h"

void judge_draw_init(void)
{
	struct state *s = &judge_state;
	uint64_t parts[3] = {s->options.input_hash, s->options.seed,
		rng_hash(s->check->name, strlen(s->check->name))};

	s->rng = rng_seed(rng_hash(parts, sizeof(parts)));
}

/* Texts live as long as the check's process. */
const char *judge_keep(char *text)
{
	struct state *s = &judge_state;

	if ((s->text_count & (s->text_count - 1)) == 0) /* full: twice as many, or the first */
		s->texts = lab_xrealloc(
			s->texts, (s->text_count ? 2 * s->text_count : 1) * sizeof(*s->texts));
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
	return judge_keep(word);
}

const char *text_of(const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return judge_keep(buf_take(&b));
}
