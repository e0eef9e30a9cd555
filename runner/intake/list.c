/* A list of names: see list.h. */
#include "config.h"

#include "runner/intake/list.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"

static void take(struct list *list, char *name)
{
	list->names = lab_xrealloc(list->names, (list->count + 1) * sizeof(*list->names));
	list->names[list->count++] = name;
}

void list_add(struct list *list, const char *name)
{
	take(list, lab_xstrdup(name));
}

void list_addf(struct list *list, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	take(list, buf_take(&text));
}

bool list_has(const struct list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->names[i], name) == 0)
			return true;
	return false;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void list_sort(struct list *list)
{
	if (list->count)
		qsort(list->names, list->count, sizeof(*list->names), by_bytes);
}

void list_done(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
	*list = (struct list){0};
}

int list_folder(struct list *list, int fd, size_t most)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int saved;

	if (!dir) {
		saved = errno;
		if (fd >= 0)
			close(fd);
		errno = saved;
		return -1;
	}
	errno = 0;
	while (list->count < most && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			list_add(list, entry->d_name);
	saved = errno;
	closedir(dir);
	errno = saved;
	list_sort(list);
	return saved ? -1 : 0;
}
