/* A list of names, which it owns. */
#ifndef RUNNER_INTAKE_LIST_H
#define RUNNER_INTAKE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	char **names;
	size_t count;
};

void list_add(struct list *list, const char *name);
void list_addf(struct list *list, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool list_has(const struct list *list, const char *name);
void list_sort(struct list *list);
void list_done(struct list *list);
#define LIST_SCOPED __attribute__((cleanup(list_done))) struct list

/* The names in the folder FD but "." and "..", sorted by their bytes; at most MOST of them. Takes
 * FD. -1 with errno. */
int list_folder(struct list *list, int fd, size_t most);

#endif
