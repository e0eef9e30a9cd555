/*
 * The flag is an int like any other.
 *
 * check: no_data_race
 * message: Nothing orders the two: shm-cons
 */
#ifndef HELLO_H
#define HELLO_H

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	int ready;
	char text[MESSAGE_MOST + 1];
};

#endif
