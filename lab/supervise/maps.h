/*
 * What is mapped into a process: /proc/PID/maps, line by line, or one mapping by its address. A
 * kernel that answers such questions (since 6.11) is asked; where it does not, the text is read.
 */
#ifndef LAB_SUPERVISE_MAPS_H
#define LAB_SUPERVISE_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mapping {
	uint64_t begin, end, offset, inode;
	unsigned major, minor;
	bool shared;
	char path[512]; /* empty: it has none, or it was not asked for */
};

struct maps {
	int fd;
	bool shared_only, asks;
	uint64_t next; /* ASKS: from here on */
	char text[4096 + 1];
	size_t at, len; /* of what was read of the text */
};

/* All mappings by address, or those that are shared. Where there are none, none are found. */
void maps_open(struct maps *m, pid_t tid, bool shared_only);
bool maps_next(struct maps *m, struct mapping *mapping);
void maps_close(struct maps *m);

/* The mapping at ADDR; false: there is none. */
bool maps_at(pid_t tid, uint64_t addr, bool with_path, struct mapping *mapping);

#endif
