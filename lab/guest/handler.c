/*
 * A call inside a signal handler of a function that must not be called there. The wrappers of
 * unsafe.S come here while the flag is set: a marker, with every argument of the call put aside
 * meanwhile, then the function itself.
 *
 * The flag belongs to the supervisor (MARK_MAIN tells where it is). It says that some thread of the
 * process may be in a handler; who is in one is the supervisor's to know, so that a flag that is
 * set too long costs a stop and no more.
 */
#include "config.h"

#include "lab/guest/guest.h"

#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number

__attribute__((visibility("hidden"))) int ipclab_in_handler;

#if defined(__x86_64__)
/* r10: the function's number; r11: its address. The frame is for whoever walks the stack. */
__asm__(".pushsection ipclab_text,\"ax\",@progbits\n"
	".globl ipclab_unsafe_call\n"
	".hidden ipclab_unsafe_call\n"
	".type ipclab_unsafe_call, @function\n"
	"ipclab_unsafe_call:\n"
	"	pushq %rbp\n"
	"	movq %rsp, %rbp\n"
	"	pushq %rax\n"
	"	pushq %rdi\n"
	"	pushq %rsi\n"
	"	pushq %rdx\n"
	"	pushq %rcx\n"
	"	pushq %r8\n"
	"	pushq %r9\n"
	"	pushq %r11\n"
	"	movl %r10d, %edi\n"
	"	movq %r11, %rsi\n"
	"	movl $" TEXT_OF(MARK_UNSAFE) ", %eax\n"
					     "	syscall\n"
					     "	popq %r11\n"
					     "	popq %r9\n"
					     "	popq %r8\n"
					     "	popq %rcx\n"
					     "	popq %rdx\n"
					     "	popq %rsi\n"
					     "	popq %rdi\n"
					     "	popq %rax\n"
					     "	popq %rbp\n"
					     "	jmp *%r11\n"
					     ".size ipclab_unsafe_call, . - ipclab_unsafe_call\n"
					     ".popsection\n");
#elif defined(__aarch64__)
/* w16: the function's number; x17: its address. A system call changes no register but x0. */
__asm__(".pushsection ipclab_text,\"ax\",@progbits\n"
	".globl ipclab_unsafe_call\n"
	".hidden ipclab_unsafe_call\n"
	".type ipclab_unsafe_call, %function\n"
	"ipclab_unsafe_call:\n"
	"	stp x29, x30, [sp, #-48]!\n"
	"	mov x29, sp\n"
	"	stp x0, x1, [sp, #16]\n"
	"	str x8, [sp, #32]\n"
	"	mov w0, w16\n"
	"	mov x1, x17\n"
	"	mov x8, #" TEXT_OF(MARK_UNSAFE) "\n"
						"	svc #0\n"
						"	ldr x8, [sp, #32]\n"
						"	ldp x0, x1, [sp, #16]\n"
						"	ldp x29, x30, [sp], #48\n"
						"	br x17\n"
						".size ipclab_unsafe_call, . - ipclab_unsafe_call\n"
						".popsection\n");
#else
#error "unsafe: the system call instruction of this processor is not known here yet"
#endif
