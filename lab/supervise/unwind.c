/*
 * Places: the innermost frame in the student's own files.
 *
 * The stack is walked from the stop outwards. Our own runtime keeps frame pointers; libraries of
 * the system (below /usr, read-only in the sandbox, the same file outside) are unwound by their
 * .eh_frame (frames.c); the first return address that the line table knows is the place. The
 * executable itself is never parsed here: it is the student's.
 */
#include "config.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/supervise/parts.h"

#define FRAMES_MAX  64
#define STACK_BYTES 8192

struct frame {
	uint64_t pc, sp, fp;
	unsigned char *stack; /* bytes from STACK_AT on */
	uint64_t stack_at;
	size_t stack_len;
};

static bool is_relocatable(struct tracee *t, uint64_t base)
{
	unsigned char head[18];

	/* e_type at 16: ET_DYN is 3 (elf(5)) */
	return tracee_read(t, base, head, sizeof(head)) && memcmp(head, "\177ELF", 4) == 0 &&
	       head[16] == ET_DYN;
}

static void add_module(
	struct supervisor *s, struct tracee *t, uint64_t begin, uint64_t end, const char *path)
{
	struct process *p = t->process;
	struct module *last = p->module_count ? &p->modules[p->module_count - 1] : NULL;

	if (last && strcmp(last->path, path) == 0) {
		last->end = end;
		return;
	}
	p->modules = lab_xrealloc(p->modules, (p->module_count + 1) * sizeof(*p->modules));
	p->modules[p->module_count++] = (struct module){
		.begin = begin,
		.end = end,
		.bias = is_relocatable(t, begin) ? begin : 0,
		.path = supervisor_intern(s, path),
		.program = p->path && strcmp(path, p->path) == 0,
	};
}

static void load_modules(struct supervisor *s, struct tracee *t)
{
	char path[64], line[600], room[600];
	FILE *maps;

	t->process->module_count = 0;
	t->process->modules_known = true;
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)t->tid);
	maps = fopen(path, "re");
	if (!maps)
		return;
	while (fgets(line, sizeof(line), maps)) {
		uint64_t begin, end;
		char *name = strchr(line, '/');

		if (!name || sscanf(line, "%" SCNx64 "-%" SCNx64, &begin, &end) != 2)
			continue;
		name[strcspn(name, "\n")] = '\0';
		add_module(s, t, begin, end, world_plain(s, name, room, sizeof(room)));
	}
	fclose(maps);
}

static const struct module *module_of(struct supervisor *s, struct tracee *t, uint64_t pc)
{
	for (int again = 0; again < 2; again++) {
		if (!t->process->modules_known)
			load_modules(s, t);
		for (size_t i = 0; i < t->process->module_count; i++)
			if (pc >= t->process->modules[i].begin && pc < t->process->modules[i].end)
				return &t->process->modules[i];
		if (again == 0 && !t->main_reached)
			t->process->modules_known = false; /* the linker is still mapping */
		else
			break;
	}
	return NULL;
}

bool tracee_in_runtime(struct supervisor *s, struct tracee *t)
{
	uint64_t begin, end, pc = arch_pc(&t->regs);
	const struct module *m;

	if (!s->config.runtime || !t->process->path ||
		!s->config.runtime(s->config.context, t->process->path, &begin, &end))
		return false;
	m = module_of(s, t, pc);
	return m && m->program && pc - m->bias >= begin && pc - m->bias <= end;
}

bool tracee_bias(struct supervisor *s, struct tracee *t, uint64_t *bias)
{
	module_of(s, t, 0);
	for (size_t i = 0; i < t->process->module_count; i++)
		if (t->process->modules[i].program) {
			*bias = t->process->modules[i].bias;
			return true;
		}
	return false;
}

bool tracee_is_program(struct supervisor *s, struct tracee *t, uint64_t addr)
{
	const struct module *m = module_of(s, t, addr);

	return m && m->program;
}

static bool stack_word(struct tracee *t, struct frame *f, uint64_t at, uint64_t *word)
{
	if (at < f->stack_at || at + 8 > f->stack_at + f->stack_len) {
		f->stack_at = at;
		f->stack_len = tracee_read_some(t, at, f->stack, STACK_BYTES);
		if (f->stack_len < 8)
			return false;
	}
	memcpy(word, f->stack + (at - f->stack_at), 8);
	return true;
}

/* push %rbp; mov %rsp,%rbp: the caller's frame pointer and the return address lie above. */
static bool step_by_frame_pointer(struct tracee *t, struct frame *f)
{
	uint64_t fp, pc;

	if (f->fp < f->sp || !stack_word(t, f, f->fp, &fp) || !stack_word(t, f, f->fp + 8, &pc))
		return false;
	f->sp = f->fp + 16;
	f->fp = fp;
	f->pc = pc;
	return true;
}

static bool step_by_rule(struct tracee *t, struct frame *f, const struct frame_rule *rule)
{
	uint64_t cfa, pc, fp = f->fp;

	if (!rule->ok)
		return false;
	cfa = (rule->cfa_register == ARCH_DWARF_SP ? f->sp : f->fp) + (uint64_t)rule->cfa_offset;
	if (cfa <= f->sp || !stack_word(t, f, cfa - 8, &pc))
		return false;
	if (rule->fp_saved && !stack_word(t, f, cfa + (uint64_t)rule->fp_offset, &fp))
		return false;
	f->pc = pc;
	f->sp = cfa;
	f->fp = fp;
	return true;
}

static bool look_up(struct supervisor *s, const struct module *m, uint64_t pc, struct event *e)
{
	const char *file, *function;
	int line;

	if (!s->config.place(s->config.context, m->path, pc - m->bias, &file, &line, &function))
		return false;
	event_set_place(s->log, e, file, line, function);
	return true;
}

void place_of_address(struct supervisor *s, struct tracee *t, uint64_t addr, struct event *e)
{
	const struct module *m = module_of(s, t, addr);

	if (s->config.place && m && m->program)
		look_up(s, m, addr, e);
}

/* One frame outwards. FIRST: the frame's address is that of an instruction, not of a return. */
static bool step_outwards(
	struct supervisor *s, struct tracee *t, const struct module *m, struct frame *f, bool first)
{
	/* a return address may be another rule's first: look at the call before it */
	return m->program ? step_by_frame_pointer(t, f)
			  : step_by_rule(t, f, frame_rule(s, m, first ? f->pc : f->pc - 1));
}

/* Outwards until E has a place, or, if UNTIL is not 0, until that is what a frame returns to. */
static bool walk(
	struct supervisor *s, struct tracee *t, struct event *e, uint64_t until, uint64_t *sp)
{
	unsigned char stack[STACK_BYTES];
	struct frame f = {arch_pc(&t->regs), arch_sp(&t->regs), arch_fp(&t->regs), stack, 0, 0};

	for (int depth = 0; depth < FRAMES_MAX; depth++) {
		const struct module *m = module_of(s, t, f.pc);

		if (until && f.pc == until) {
			*sp = f.sp;
			return true;
		}
		if (!m)
			return false;
		/* a return address may be the next line's first: look at the call before it */
		if (m->program && s->config.place && !e->place.file &&
			look_up(s, m, depth ? f.pc - 1 : f.pc, e) && !until)
			return true;
		if (!step_outwards(s, t, m, &f, depth == 0))
			return false;
	}
	return false;
}

void place_of_tracee(struct supervisor *s, struct tracee *t, struct event *e)
{
	if (s->config.place)
		walk(s, t, e, 0, NULL);
}

bool place_in_handler(struct supervisor *s, struct tracee *t, struct event *e, uint64_t *frame)
{
	return t->process->restorer && walk(s, t, e, t->process->restorer, frame);
}
