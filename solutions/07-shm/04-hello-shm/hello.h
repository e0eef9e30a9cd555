/*
 * What lies in the object that shm-prod and shm-cons share.
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdatomic.h>

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	atomic_int ready; /* is the text there? Set when it is, and last */
	char text[MESSAGE_MOST + 1];
};

#endif
