/*
 * How frames of the system's libraries are unwound: by their .eh_frame, which libdw reads. It is
 * loaded when the first such frame is met: with what it brings it takes half a millisecond at each
 * start, and much that is started unwinds nothing (trace --quiet, a page of help). So the lab is
 * not linked with it.
 *
 * The rule for an address (CFA = register + offset, where the caller's frame pointer is saved)
 * never changes, so it is kept by address.
 */
#include "config.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/supervise/parts.h"

#define LIBRARY "libdw.so.1"
#define RULES   4096 /* a power of two */

struct library {
	char *path;
	Elf *elf;
	Dwarf_CFI *cfi;
	int fd;
};

struct unwinder {
	struct frame_rule rules[RULES];
	struct library *libraries;
	size_t count;
};

/* The functions of libdw, and of libelf, which it brings. */
static struct {
	__typeof__(elf_version) *elf_version;
	__typeof__(elf_begin) *elf_begin;
	__typeof__(elf_end) *elf_end;
	__typeof__(dwarf_getcfi_elf) *dwarf_getcfi_elf;
	__typeof__(dwarf_cfi_addrframe) *dwarf_cfi_addrframe;
	__typeof__(dwarf_cfi_end) *dwarf_cfi_end;
	__typeof__(dwarf_frame_cfa) *dwarf_frame_cfa;
	__typeof__(dwarf_frame_register) *dwarf_frame_register;
	bool loaded;
} dw;

static char why[256]; /* it cannot be loaded */

bool frames_load(void)
{
	const struct {
		const char *name;
		void *function; /* where to put it */
	} functions[] = {
		{"elf_version", &dw.elf_version},
		{"elf_begin", &dw.elf_begin},
		{"elf_end", &dw.elf_end},
		{"dwarf_getcfi_elf", &dw.dwarf_getcfi_elf},
		{"dwarf_cfi_addrframe", &dw.dwarf_cfi_addrframe},
		{"dwarf_cfi_end", &dw.dwarf_cfi_end},
		{"dwarf_frame_cfa", &dw.dwarf_frame_cfa},
		{"dwarf_frame_register", &dw.dwarf_frame_register},
	};
	void *library;

	if (dw.loaded)
		return true;
	library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	dw.loaded = library;
	for (size_t i = 0; dw.loaded && i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(library, functions[i].name);

		memcpy(functions[i].function, &function, sizeof(function));
		dw.loaded = function;
	}
	if (dw.loaded)
		dw.elf_version(EV_CURRENT);
	else
		snprintf(why, sizeof(why), "libdw cannot be loaded, %s", dlerror());
	return dw.loaded;
}

struct unwinder *unwinder_new(void)
{
	return lab_xmalloc(sizeof(struct unwinder));
}

void unwinder_free(struct unwinder *u)
{
	for (size_t i = 0; u && i < u->count; i++) {
		if (u->libraries[i].cfi)
			dw.dwarf_cfi_end(u->libraries[i].cfi);
		dw.elf_end(u->libraries[i].elf);
		fd_close(&u->libraries[i].fd);
		free(u->libraries[i].path);
	}
	if (u)
		free(u->libraries);
	free(u);
}

static struct library *library_of(struct unwinder *u, const char *path)
{
	struct library *l;

	for (size_t i = 0; i < u->count; i++)
		if (strcmp(u->libraries[i].path, path) == 0)
			return &u->libraries[i];
	u->libraries = lab_xrealloc(u->libraries, (u->count + 1) * sizeof(*u->libraries));
	l = &u->libraries[u->count++];
	*l = (struct library){.path = lab_xstrdup(path), .fd = -1};
	/* only what nobody but root can write is parsed */
	if (strncmp(path, "/usr/", 5) != 0 && strncmp(path, "/lib", 4) != 0)
		return l;
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	l->elf = l->fd < 0 ? NULL : dw.elf_begin(l->fd, ELF_C_READ_MMAP, NULL);
	l->cfi = l->elf ? dw.dwarf_getcfi_elf(l->elf) : NULL;
	return l;
}

/* CFA = register + offset: the only form that compilers emit for ordinary functions. */
static bool read_cfa(Dwarf_Frame *frame, struct frame_rule *rule)
{
	Dwarf_Op *ops;
	size_t count;

	if (dw.dwarf_frame_cfa(frame, &ops, &count) != 0 || count != 1)
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
static bool read_fp(Dwarf_Frame *frame, struct frame_rule *rule)
{
	Dwarf_Op storage[3], *ops;
	size_t count;

	if (dw.dwarf_frame_register(frame, ARCH_DWARF_FP, storage, &ops, &count) != 0)
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

const struct frame_rule *frame_rule(struct supervisor *s, const struct module *m, uint64_t pc)
{
	struct unwinder *u = s->unwinder;
	struct frame_rule *rule = &u->rules[(pc * 0x9e3779b97f4a7c15ULL) >> 52 & (RULES - 1)];
	struct library *library;
	Dwarf_Frame *frame = NULL;

	if (rule->pc == pc)
		return rule;
	*rule = (struct frame_rule){.pc = pc};
	if (!frames_load()) {
		supervisor_cannot(s, why);
		return rule;
	}
	library = library_of(u, m->path);
	if (!library->cfi || dw.dwarf_cfi_addrframe(library->cfi, pc - m->bias, &frame) != 0)
		return rule;
	rule->ok = read_cfa(frame, rule) && read_fp(frame, rule);
	free(frame);
	return rule;
}
