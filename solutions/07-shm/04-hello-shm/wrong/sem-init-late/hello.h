/*
 * A semaphore in the object, which is waited for as soon as the object has its size. The producer
 * may not have made it yet: its sem_init(3) then forgets who waits.
 *
 * check: any_order
 * message: sem_init() forgets who waits for the semaphore
 */
#ifndef HELLO_H
#define HELLO_H

#include <semaphore.h>

#define MESSAGE_MOST 200 /* bytes of a message, without its '\0' */

/* All of it is 0 in an object that was just given its size: not ready. */
struct hello {
	sem_t ready; /* posted when the text is there */
	char text[MESSAGE_MOST + 1];
};

#endif
