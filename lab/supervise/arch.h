/*
 * What depends on the processor: registers and how a system call is seen, changed and skipped.
 * A second processor fills this header in a file of its own (arch_NAME.c).
 */
#ifndef LAB_SUPERVISE_ARCH_H
#define LAB_SUPERVISE_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

struct arch_regs {
	struct user_regs_struct user;
};

/* 0, or -1 with errno (ESRCH: it was killed meanwhile). */
int arch_read(pid_t tid, struct arch_regs *r);
int arch_write(pid_t tid, const struct arch_regs *r);

/* At a system call's entry (seccomp) or exit stop. */
int64_t arch_number(const struct arch_regs *r); /* -1: none */
uint64_t arch_argument(const struct arch_regs *r, unsigned n);
int64_t arch_result(const struct arch_regs *r);
void arch_set_number(struct arch_regs *r, int64_t number);
void arch_set_argument(struct arch_regs *r, unsigned n, uint64_t value);
void arch_set_result(struct arch_regs *r, int64_t value);
/* At entry: do not make the call, return VALUE. */
void arch_skip(struct arch_regs *r, int64_t value);
/* At entry: do not make the call; or at exit: the program has not come to it yet, and makes it
 * next. */
void arch_step_back(struct arch_regs *r);
/* The opposite: it has made the call. */
void arch_step_over(struct arch_regs *r);
/* Put back at exit what a call's entry had: number and arguments, so that a restart is of the
 * original call and the program sees its registers unchanged. */
void arch_restore(struct arch_regs *r, const struct arch_regs *entry);

/* Killed for a system call: was it one of another architecture (32-bit, x32)? */
bool arch_is_foreign(pid_t tid, const struct arch_regs *r);

uint64_t arch_pc(const struct arch_regs *r);
void arch_set_pc(struct arch_regs *r, uint64_t value);
uint64_t arch_sp(const struct arch_regs *r);
uint64_t arch_fp(const struct arch_regs *r);

/* DWARF register numbers of the stack pointer, frame pointer and return address. */
enum { ARCH_DWARF_SP = 7, ARCH_DWARF_FP = 6, ARCH_DWARF_RA = 16 };

/* Where the stack pointer of interrupted code lies in what the kernel puts on the stack for a
 * handler, from the stack pointer at the handler's return on (there begins a struct ucontext, whose
 * rsp is behind uc_flags, uc_link, uc_stack and 15 registers: asm/sigcontext.h). */
enum { ARCH_FRAME_SP = 40 + 15 * 8 };

/* The call that sleeps for ever without arguments (pause). */
extern const int arch_sleep_for_ever;

#endif
