/*
 * A fresh program image: what the kernel told it on its stack (the auxiliary vector) is changed
 * before it runs. Without the vDSO every look at a clock is a call; the random bytes are the same
 * in each run.
 */
#include "config.h"

#include "lab/supervise/parts.h"

#define AUXILIARY_MOST 64

static void set_auxiliary(struct tracee *t, uint64_t at)
{
	static const unsigned char fixed[16] = "ipclab-fixed-rnd";
	uint64_t pairs[AUXILIARY_MOST][2];
	size_t count = tracee_read_some(t, at, pairs, sizeof(pairs)) / sizeof(pairs[0]);

	for (size_t i = 0; i < count; i++, at += sizeof(pairs[0])) {
		uint64_t *pair = pairs[i];

		if (pair[0] == 0) /* AT_NULL */
			return;
		if (pair[0] == 33) { /* AT_SYSINFO_EHDR: no vDSO, clocks become calls */
			pair[0] = 1; /* AT_IGNORE */
			tracee_write(t, at, pair, sizeof(pairs[0]));
		} else if (pair[0] == 25) { /* AT_RANDOM */
			tracee_write(t, pair[1], fixed, sizeof(fixed));
		} else if (pair[0] == 7) { /* AT_BASE */
			t->process->interpreter = pair[1];
		} else if (pair[0] == 9) { /* AT_ENTRY */
			t->process->entry = pair[1];
		}
	}
}

/* At the exec event: argc, argv, NULL, envp, NULL, auxv lie at the stack pointer (System V ABI,
 * "Process Initialization"). */
void image_start(struct supervisor *s, struct tracee *t)
{
	uint64_t words[512], at = arch_sp(&t->regs) + 8;
	unsigned nulls = 0;

	while (nulls < 2) {
		size_t count = tracee_read_some(t, at, words, sizeof(words)) / sizeof(words[0]);

		if (!count) {
			supervisor_fail(s, "read the start of t%d", t->index);
			return;
		}
		for (size_t i = 0; i < count && nulls < 2; i++, at += sizeof(words[0]))
			if (words[i] == 0)
				nulls++;
	}
	set_auxiliary(t, at);
}
