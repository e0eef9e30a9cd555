/*
 * What lies in the object that shm-prod and shm-cons share.
 */
#ifndef HELLO_H
#define HELLO_H

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

struct hello {
	char text[MESSAGE_MOST + 1];
};

#endif
