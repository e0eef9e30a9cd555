/*
 * Right, and the producer cleans up: it waits until the consumer has the message, and removes the
 * name then. It sleeps on the flag itself, with futex(2).
 */
#ifndef HELLO_H
#define HELLO_H

#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	atomic_int state; /* 1: the text is there; 2: it was taken */
	char text[MESSAGE_MOST + 1];
};

/* Sleeps until the state has become TO. */
static inline void wait_for_state(struct hello *hello, int to)
{
	int is;

	while ((is = atomic_load(&hello->state)) < to)
		syscall(SYS_futex, &hello->state, FUTEX_WAIT, is, NULL, NULL, 0);
}

static inline void set_state(struct hello *hello, int to)
{
	atomic_store(&hello->state, to);
	syscall(SYS_futex, &hello->state, FUTEX_WAKE, 1, NULL, NULL, 0);
}

#endif
