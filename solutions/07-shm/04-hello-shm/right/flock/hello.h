/*
 * Right, with flock(2) on the object: the producer has the lock before the object has a size, and
 * keeps it until the message is there. So a consumer that finds a size, and then gets the lock,
 * comes behind the message.
 */
#ifndef HELLO_H
#define HELLO_H

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

struct hello {
	char text[MESSAGE_MOST + 1];
};

#endif
