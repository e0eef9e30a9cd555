/* x86-64: see arch.h. Register roles: syscall(2), "Architecture calling conventions". */
#include "config.h"

#include "lab/supervise/arch.h"

#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#ifndef __x86_64__
#error "ipclab supervises x86-64 only: fill lab/supervise/arch.h for this processor"
#endif

const int arch_sleep_for_ever = SYS_pause;

int arch_read(pid_t tid, struct arch_regs *r)
{
	return (int)ptrace(PTRACE_GETREGS, tid, NULL, &r->user);
}

int arch_write(pid_t tid, const struct arch_regs *r)
{
	return (int)ptrace(PTRACE_SETREGS, tid, NULL, &r->user);
}

int64_t arch_number(const struct arch_regs *r)
{
	return (int64_t)r->user.orig_rax;
}

uint64_t arch_argument(const struct arch_regs *r, unsigned n)
{
	switch (n) {
	case 0:
		return r->user.rdi;
	case 1:
		return r->user.rsi;
	case 2:
		return r->user.rdx;
	case 3:
		return r->user.r10;
	case 4:
		return r->user.r8;
	default:
		return r->user.r9;
	}
}

int64_t arch_result(const struct arch_regs *r)
{
	return (int64_t)r->user.rax;
}

void arch_set_number(struct arch_regs *r, int64_t number)
{
	r->user.orig_rax = (unsigned long long)number;
}

void arch_set_argument(struct arch_regs *r, unsigned n, uint64_t value)
{
	switch (n) {
	case 0:
		r->user.rdi = value;
		break;
	case 1:
		r->user.rsi = value;
		break;
	case 2:
		r->user.rdx = value;
		break;
	case 3:
		r->user.r10 = value;
		break;
	case 4:
		r->user.r8 = value;
		break;
	default:
		r->user.r9 = value;
	}
}

void arch_set_result(struct arch_regs *r, int64_t value)
{
	r->user.rax = (unsigned long long)value;
}

void arch_skip(struct arch_regs *r, int64_t value)
{
	r->user.orig_rax = (unsigned long long)-1;
	r->user.rax = (unsigned long long)value;
}

void arch_step_back(struct arch_regs *r)
{
	r->user.rip -= 2; /* "syscall" */
	r->user.rax = r->user.orig_rax;
	r->user.orig_rax = (unsigned long long)-1;
}

void arch_step_over(struct arch_regs *r)
{
	r->user.rip += 2;
}

void arch_restore(struct arch_regs *r, const struct arch_regs *entry)
{
	r->user.orig_rax = entry->user.orig_rax;
	r->user.rdi = entry->user.rdi;
	r->user.rsi = entry->user.rsi;
	r->user.rdx = entry->user.rdx;
	r->user.r10 = entry->user.r10;
	r->user.r8 = entry->user.r8;
	r->user.r9 = entry->user.r9;
}

bool arch_is_foreign(pid_t tid, const struct arch_regs *r)
{
	enum { X32 = 0x40000000, CODE_OF_32_BITS = 0x23, INT_80 = 0x80cd }; /* asm/segment.h */
	long code = ptrace(PTRACE_PEEKTEXT, tid, (void *)(uintptr_t)(r->user.rip - 2), NULL);

	return r->user.cs == CODE_OF_32_BITS || (code & 0xffff) == INT_80 ||
	       (arch_number(r) > 0 && (arch_number(r) & X32));
}

void arch_set_pc(struct arch_regs *r, uint64_t value)
{
	r->user.rip = value;
}

uint64_t arch_pc(const struct arch_regs *r)
{
	return r->user.rip;
}

uint64_t arch_sp(const struct arch_regs *r)
{
	return r->user.rsp;
}

uint64_t arch_fp(const struct arch_regs *r)
{
	return r->user.rbp;
}
