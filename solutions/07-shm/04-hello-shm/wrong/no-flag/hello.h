/*
 * The consumer waits until the object is there and has its size. That there is a message in it, it
 * takes for granted.
 *
 * check: any_order
 * message: the object was there, but the message was not
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdatomic.h>

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	char text[MESSAGE_MOST + 1];
};

#endif
