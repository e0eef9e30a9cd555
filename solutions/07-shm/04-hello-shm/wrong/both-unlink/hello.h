/*
 * Each of the two cleans up: the producer waits until the message was taken, but then both remove
 * the name.
 *
 * check: message_of_a_producer_that_was_first
 * message: failed with ENOENT: the other program had removed
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdatomic.h>

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	atomic_int ready; /* is the text there? Set when it is, and last */
	atomic_int taken; /* has the consumer got it? */
	char text[MESSAGE_MOST + 1];
};

#endif
