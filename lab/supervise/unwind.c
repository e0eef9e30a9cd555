/*
 * Places: the innermost frame in the student's own files.
 *
 * The stack is walked from the stop outwards. Our own runtime keeps frame pointers; libraries of
 * the system (below /usr, read-only in the sandbox, the same file outside) are unwound by their
 * .eh_frame through libdw; the first return address that the line table knows is the place. The
 * executable itself is never parsed here: it is the student's.
 *
 * The rule for an address of a library (CFA = register + offset, where the caller's frame pointer
 * is saved) never changes, so it is kept: for all runs of this process.
 */
#include "config.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/maps.h"
#include "lab/supervise/parts.h"

#define FRAMES_MAX 64
#define PAGE       4096
#define STACK_LEAST \
	512 /* bytes that are read at once: the rest of their page, or this and the next */
#define STACK_BYTES (PAGE + STACK_LEAST)
#define RULES       4096 /* a power of two */

struct library {
	char *path;
	Elf *elf;
	Dwarf_CFI *cfi;
	int fd;
};

struct rule {
	const struct library *library; /* NULL: free */
	uint64_t pc;                   /* unrelocated */
	bool ok, fp_saved;
	int cfa_register;
	int64_t cfa_offset, fp_offset;
};

static struct unwinder {
	struct rule rules[RULES];
	struct library **libraries;
	size_t count;
} unwinder;

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
	struct maps maps;
	struct mapping m;
	char room[600];

	t->process->module_count = 0;
	t->process->modules_known = true;
	maps_open(&maps, t->tid, false);
	while (maps_next(&maps, &m))
		if (m.path[0] == '/')
			add_module(
				s, t, m.begin, m.end, world_plain(s, m.path, room, sizeof(room)));
	maps_close(&maps);
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

static const struct library *library_of(struct unwinder *u, const char *path)
{
	struct library *l;

	for (size_t i = 0; i < u->count; i++)
		if (strcmp(u->libraries[i]->path, path) == 0)
			return u->libraries[i];
	u->libraries = lab_xrealloc(u->libraries, (u->count + 1) * sizeof(*u->libraries));
	l = u->libraries[u->count++] = lab_xmalloc(sizeof(*l));
	*l = (struct library){.path = lab_xstrdup(path), .fd = -1};
	/* only what nobody but root can write is parsed */
	if (strncmp(path, "/usr/", 5) != 0 && strncmp(path, "/lib", 4) != 0)
		return l;
	elf_version(EV_CURRENT);
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	l->elf = l->fd < 0 ? NULL : elf_begin(l->fd, ELF_C_READ_MMAP, NULL);
	l->cfi = l->elf ? dwarf_getcfi_elf(l->elf) : NULL;
	return l;
}

/* CFA = register + offset: the only form that compilers emit for ordinary functions. */
static bool read_cfa(Dwarf_Frame *frame, struct rule *rule)
{
	Dwarf_Op *ops;
	size_t count;

	if (dwarf_frame_cfa(frame, &ops, &count) != 0 || count != 1)
		return false;
	if (ops[0].atom == DW_OP_bregx) {
		rule->cfa_register = (int)ops[0].number;
		rule->cfa_offset = (int64_t)ops[0].number2;
	} else if (ops[0].atom >= DW_OP_breg0 && ops[0].atom <= DW_OP_breg31) {
		rule->cfa_register = ops[0].atom - DW_OP_breg0;
		rule->cfa_offset = (int64_t)ops[0].number;
	} else {
		return false;
	}
	return rule->cfa_register == ARCH_DWARF_SP || rule->cfa_register == ARCH_DWARF_FP;
}

/* Saved at CFA + offset, or kept in the register. */
static bool read_fp(Dwarf_Frame *frame, struct rule *rule)
{
	Dwarf_Op storage[3], *ops;
	size_t count;

	if (dwarf_frame_register(frame, ARCH_DWARF_FP, storage, &ops, &count) != 0)
		return false;
	if (count == 0)
		return true; /* same value or undefined: take what is there */
	if (count >= 1 && ops[0].atom == DW_OP_call_frame_cfa) {
		rule->fp_saved = true;
		rule->fp_offset =
			count > 1 && ops[1].atom == DW_OP_plus_uconst ? (int64_t)ops[1].number : 0;
	}
	return true;
}

static const struct rule *rule_of(struct unwinder *u, const struct module *m, uint64_t pc)
{
	const struct library *library = library_of(u, m->path);
	struct rule *rule;
	Dwarf_Frame *frame = NULL;

	pc -= m->bias;
	rule = &u->rules[(pc * 0x9e3779b97f4a7c15ULL) >> 52 & (RULES - 1)];
	if (rule->library == library && rule->pc == pc)
		return rule;
	*rule = (struct rule){.library = library, .pc = pc};
	if (!library->cfi || dwarf_cfi_addrframe(library->cfi, pc, &frame) != 0)
		return rule;
	rule->ok = read_cfa(frame, rule) && read_fp(frame, rule);
	free(frame);
	return rule;
}

/* Frames are small: what lies on the same page is mostly enough, and each page more costs. */
static bool stack_word(struct tracee *t, struct frame *f, uint64_t at, uint64_t *word)
{
	if (at < f->stack_at || at + 8 > f->stack_at + f->stack_len) {
		size_t len = PAGE - (at & (PAGE - 1));

		f->stack_at = at;
		f->stack_len =
			tracee_read_some(t, at, f->stack, len < STACK_LEAST ? len + PAGE : len);
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

static bool step_by_rule(struct tracee *t, struct frame *f, const struct rule *rule)
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
static bool step_outwards(struct tracee *t, const struct module *m, struct frame *f, bool first)
{
	/* a return address may be another rule's first: look at the call before it */
	return m->program ? step_by_frame_pointer(t, f)
			  : step_by_rule(t, f, rule_of(&unwinder, m, first ? f->pc : f->pc - 1));
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
		if (!step_outwards(t, m, &f, depth == 0))
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
