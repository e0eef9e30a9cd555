/*
 * A fresh program image: what the kernel told it on its stack (the auxiliary vector) is changed
 * before it runs. Without the vDSO every look at a clock is a call; the random bytes are the same
 * in each run.
 */
#include "config.h"

#include "lab/supervise/tracee.h"

static bool set_auxiliary(struct tracee *t, uint64_t at)
{
	static const unsigned char fixed[16] = "ipclab-fixed-rnd";
	uint64_t pair[2];

	for (unsigned i = 0; i < 64; i++, at += sizeof(pair)) {
		if (!tracee_read(t, at, pair, sizeof(pair)))
			return false;
		if (pair[0] == 0) /* AT_NULL */
			return true;
		if (pair[0] == 33) { /* AT_SYSINFO_EHDR: no vDSO, clocks become calls */
			pair[0] = 1; /* AT_IGNORE */
			tracee_write(t, at, pair, sizeof(pair));
		} else if (pair[0] == 25) { /* AT_RANDOM */
			tracee_write(t, pair[1], fixed, sizeof(fixed));
		} else if (pair[0] == 7) { /* AT_BASE */
			t->process->interpreter = pair[1];
		} else if (pair[0] == 9) { /* AT_ENTRY */
			t->process->entry = pair[1];
		}
	}
	return true;
}

/* At the exec event: argc, argv, NULL, envp, NULL, auxv lie at the stack pointer (System V ABI,
 * "Process Initialization"). */
void image_start(struct supervisor *s, struct tracee *t)
{
	uint64_t words[512], at = arch_sp(&t->regs) + 8;
	unsigned nulls = 0;

	while (nulls < 2) {
		size_t len = sizeof(words);

		while (len && !tracee_read(t, at, words, len))
			len = len > 4096 ? 4096 - (at & 4095) : len / 2 & ~(size_t)7;
		if (!len) {
			supervisor_fail(s, "read the start of t%d", t->index);
			return;
		}
		for (size_t i = 0; i < len / 8 && nulls < 2; i++, at += 8)
			if (words[i] == 0)
				nulls++;
	}
	set_auxiliary(t, at);
}
