/*
 * What the programs of this folder have in common. Each is small: a process and its child, bytes
 * that both touch, and what orders that, or fails to. The first comment of each says `clean` or
 * `race`; in a racy one each report must be of a line with "race A" and one with "race B" in its
 * comment ("race A B": the line against itself).
 */
#ifndef TESTS_RACES_SHARED_H
#define TESTS_RACES_SHARED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Compiled by itself: optimisation moves plain accesses out of loops, to where another line stands.
 */
#define APART __attribute__((noinline))

/* What a call gave, if it was not -1. */
static inline int need(int result, const char *what)
{
	if (result == -1) {
		perror(what);
		_exit(99);
	}
	return result;
}
#define NEED(call) need((call), #call)

static inline void *need_memory(void *memory)
{
	if (memory == MAP_FAILED)
		need(-1, "mmap");
	return memory;
}

/* Zeroed memory that this process and its children share. */
static inline void *share(size_t size)
{
	return need_memory(
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

/* Waits for all children; 0, or 1 if one did not end well. */
static inline int finish(void)
{
	int status, bad = 0;

	while (wait(&status) > 0)
		bad |= status != 0;
	return bad;
}

static inline void give(int fd)
{
	NEED((int)write(fd, "!", 1));
}

static inline void take(int fd)
{
	char byte;

	if (NEED((int)read(fd, &byte, 1)) != 1)
		_exit(98);
}

#endif
