/*
 * A fresh program image: what the kernel told it on its stack (the auxiliary vector) is changed
 * before it runs. Without the vDSO every look at a clock is a call; the random bytes are the same
 * in each run.
 */
#include "config.h"

#include "lab/supervise/parts.h"

#define START_BYTES 4096 /* most arguments and environments fit, and what lies behind them */

/* What lies on the stack from FROM on, as it was read. */
struct start {
	uint64_t words[START_BYTES / sizeof(uint64_t)];
	uint64_t from;
	size_t count;
};

/* The word at AT; false: it cannot be read. */
static bool word_at(const struct tracee *t, struct start *s, uint64_t at, uint64_t *word)
{
	if (at - s->from >= s->count * sizeof(*word)) {
		s->from = at;
		s->count = tracee_read_some(t, at, s->words, sizeof(s->words)) / sizeof(*word);
		if (!s->count)
			return false;
	}
	*word = s->words[(at - s->from) / sizeof(*word)];
	return true;
}

static void set_auxiliary(struct tracee *t, struct start *s, uint64_t at)
{
	static const unsigned char fixed[16] = "ipclab-fixed-rnd";
	static const uint64_t ignore = 1; /* AT_IGNORE */
	uint64_t key, value;

	for (; word_at(t, s, at, &key) && word_at(t, s, at + sizeof(key), &value);
		at += 2 * sizeof(key)) {
		if (key == 0) /* AT_NULL */
			return;
		if (key == 33) /* AT_SYSINFO_EHDR: no vDSO, clocks become calls */
			tracee_write(t, at, &ignore, sizeof(ignore));
		else if (key == 25) /* AT_RANDOM */
			tracee_write(t, value, fixed, sizeof(fixed));
		else if (key == 7) /* AT_BASE */
			t->process->interpreter = value;
		else if (key == 9) /* AT_ENTRY */
			t->process->entry = value;
	}
}

/* At the exec event: argc, argv, NULL, envp, NULL, auxv lie at the stack pointer (System V ABI,
 * "Process Initialization"). */
void image_start(struct supervisor *s, struct tracee *t)
{
	struct start start = {.count = 0};
	uint64_t at = arch_sp(&t->regs) + 8, word;

	for (unsigned nulls = 0; nulls < 2; at += sizeof(word)) {
		if (!word_at(t, &start, at, &word)) {
			supervisor_fail(s, "read the start of t%d", t->index);
			return;
		}
		nulls += word == 0;
	}
	set_auxiliary(t, &start, at);
}
