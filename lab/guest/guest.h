/*
 * What the files of our runtime inside a student's process share. Every function of it lies in the
 * section ipclab_text: the supervisor believes a marker only from there. All of it may run in a
 * signal handler, in a forked child and in any thread: it keeps errno, allocates nothing, takes no
 * lock, and calls nothing of libc but the function that it wraps.
 */
#ifndef LAB_GUEST_GUEST_H
#define LAB_GUEST_GUEST_H

#include "lab/guest/markers.h"

#define GUEST_TEXT  __attribute__((section("ipclab_text"), noinline))
#define GUEST_ENTRY GUEST_TEXT __attribute__((visibility("hidden")))

/* Set by the supervisor while a thread of the process may be in a signal handler: handler.c. */
extern int ipclab_in_handler __attribute__((visibility("hidden")));

/* The marker's system call. It is made here and not by syscall(3), which would set errno and whose
 * instruction lies in libc. Asking for the frame's address makes the compiler set the frame up
 * first, even in a leaf: the supervisor walks from here to the student's line by rbp. */
static inline __attribute__((always_inline)) long ipclab_mark(
	long number, long a, long b, long c, long d)
{
	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
#else
#error "markers: the system call instruction of this processor is not known here yet"
#endif
}

#endif
