/*
 * The text itself says if it is there: a new object is full of zeros. So the first byte is waited
 * for, and the last one may be missing.
 *
 * check: any_order
 * message: Only a part of the message
 */
#ifndef HELLO_H
#define HELLO_H

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	char text[MESSAGE_MOST + 1];
};

#endif
