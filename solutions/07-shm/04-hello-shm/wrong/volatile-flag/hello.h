/*
 * The flag is volatile, "so that it is always read from memory".
 *
 * check: no_data_race
 * message: puts nothing in order between processes
 */
#ifndef HELLO_H
#define HELLO_H

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	volatile int ready;
	char text[MESSAGE_MOST + 1];
};

#endif
