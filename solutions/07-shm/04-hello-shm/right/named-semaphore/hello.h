/*
 * Right, with a semaphore that has a name of its own: whoever comes first makes it, with the value
 * 0. When it was posted, the object is there, has its size, and the message is in it, so that
 * nobody has to poll for anything.
 */
#ifndef HELLO_H
#define HELLO_H

#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

struct hello {
	char text[MESSAGE_MOST + 1];
};

/* The name of the semaphore that says that the message is there. */
static inline void name_semaphore(const char *name, char *own, size_t size)
{
	snprintf(own, size, "%.240s-ready", name);
}

/* Whoever comes first makes it. */
static inline sem_t *open_semaphore(const char *name)
{
	char own[256];

	name_semaphore(name, own, sizeof(own));
	return sem_open(own, O_CREAT, 0600, 0);
}

#endif
