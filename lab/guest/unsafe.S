/*
 * Between a program and one library function that a signal handler must not call: IPCLAB_SYMBOL is
 * its name, IPCLAB_ID its number in unsafe.h; each becomes one member of unsafe.a. The program's
 * reference to NAME arrives at __wrap_NAME (ld --wrap).
 *
 * Outside of handlers it costs a comparison: the supervisor sets the flag where it delivers a
 * signal. It jumps and touches no argument, so that it fits every function, also those with "...".
 */
#if defined(__x86_64__)
	.section ipclab_calls,"ax",@progbits
	.globl __wrap_IPCLAB_SYMBOL
	.hidden __wrap_IPCLAB_SYMBOL
	.type __wrap_IPCLAB_SYMBOL, @function
	.balign 16
__wrap_IPCLAB_SYMBOL:
	cmpl $0, ipclab_in_handler(%rip)
	jne 1f
	jmp *__real_IPCLAB_SYMBOL@GOTPCREL(%rip)
1:	movq __real_IPCLAB_SYMBOL@GOTPCREL(%rip), %r11
	movl $IPCLAB_ID, %r10d
	jmp ipclab_unsafe_call
	.size __wrap_IPCLAB_SYMBOL, . - __wrap_IPCLAB_SYMBOL
#elif defined(__aarch64__)
	.section ipclab_calls,"ax",@progbits
	.globl __wrap_IPCLAB_SYMBOL
	.hidden __wrap_IPCLAB_SYMBOL
	.type __wrap_IPCLAB_SYMBOL, %function
	.balign 16
__wrap_IPCLAB_SYMBOL:
	adrp x17, :got:__real_IPCLAB_SYMBOL
	ldr x17, [x17, :got_lo12:__real_IPCLAB_SYMBOL]
	adrp x16, ipclab_in_handler
	ldr w16, [x16, :lo12:ipclab_in_handler]
	cbnz w16, 1f
	br x17
1:	mov w16, IPCLAB_ID
	b ipclab_unsafe_call
	.size __wrap_IPCLAB_SYMBOL, . - __wrap_IPCLAB_SYMBOL
#else
#error "unsafe: the jump of this processor is not known here yet"
#endif
	.section .note.GNU-stack,"",@progbits
