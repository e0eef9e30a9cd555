/* A log's file, event by event: see event.h. Only the line that is being read is held. */
#include "config.h"

#include "lab/event/event.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/event/text.h"

enum { BUFFER = 1 << 17 };

struct event_reader {
	char *path;
	FILE *file;
	char *line;
	size_t room;
	size_t number; /* of the line */
	uint64_t steps;
	bool cut;
};

static FILE *open_file(const char *path, struct lab_error *e)
{
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	FILE *file;

	if (fd < 0 || fstat(fd, &st) < 0) {
		lab_fail_errno(e, LAB_USAGE, "open \"%s\"", path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		lab_fail(e, LAB_USAGE, "read \"%s\": not a regular file", path);
		return NULL;
	}
	file = fdopen(fd, "r");
	if (!file) {
		lab_fail_errno(e, LAB_BROKEN, "fdopen \"%s\"", path);
		return NULL;
	}
	fd = -1;
	setvbuf(file, NULL, _IOFBF, BUFFER);
	return file;
}

/* The next line, without its '\n': 1, 0: there is none, -1 and E. */
static int next_line(struct event_reader *r, struct lab_error *e)
{
	ssize_t len = getline(&r->line, &r->room, r->file);

	if (len < 0 && (ferror(r->file) || !feof(r->file)))
		return lab_fail_errno(e, LAB_USAGE, "read \"%s\"", r->path);
	if (len < 0)
		return 0;
	r->number++;
	if (r->line[len - 1] != '\n') {
		r->cut = true;
		return lab_fail(e, LAB_USAGE,
			"%s:%zu:%zd: the log was cut here: its last line has no end", r->path,
			r->number, len + 1);
	}
	r->line[len - 1] = '\0';
	if (strlen(r->line) != (size_t)len - 1)
		return lab_fail(e, LAB_USAGE, "%s:%zu:%zu: a NUL byte", r->path, r->number,
			strlen(r->line) + 1);
	return 1;
}

/* FILE is taken; NULL: E says why. */
static struct event_reader *reader_new(FILE *file, const char *path, struct lab_error *e)
{
	struct event_reader *r = lab_xmalloc(sizeof(*r));
	int found;

	r->path = lab_xstrdup(path);
	r->file = file;
	found = file ? next_line(r, e) : -1;
	if (found == 0)
		lab_fail(e, LAB_USAGE, "%s:1:1: the log was cut here: its last line has no end",
			path);
	if (found > 0 && strcmp(r->line, LOG_FIRST_LINE) == 0)
		return r;
	if (found > 0)
		lab_fail(e, LAB_USAGE,
			"%s:1:1: not an event log of this version (\"" LOG_FIRST_LINE
			"\" expected)",
			path);
	event_reader_close(r);
	return NULL;
}

struct event_reader *event_reader_open(const char *path, struct lab_error *e)
{
	return reader_new(open_file(path, e), path, e);
}

struct event_reader *event_reader_of(struct buf *text, const char *path, struct lab_error *e)
{
	FILE *file;

	buf_reserve(text, 0);
	file = fmemopen(text->data, text->len, "r");
	if (!file)
		lab_fail_errno(e, LAB_BROKEN, "fmemopen of \"%s\"", path);
	return reader_new(file, path, e);
}

int event_reader_next(
	struct event_reader *r, struct event_log *log, struct event **event, struct lab_error *e)
{
	LAB_FREE char *where = NULL;
	int found = next_line(r, e);

	if (found <= 0)
		return found;
	where = lab_xprintf("%s:%zu", r->path, r->number);
	*event = event_parse(log, r->line, where, e);
	if (!*event)
		return -1;
	if ((*event)->step != r->steps)
		return lab_fail(e, LAB_USAGE,
			"%s:1: step %" PRIu64 " where step %" PRIu64 " was expected", where,
			(*event)->step, r->steps);
	r->steps++;
	return 1;
}

size_t event_reader_rest(struct event_reader *r)
{
	char bytes[1 << 15];
	size_t count = 0, len;

	while ((len = fread(bytes, 1, sizeof(bytes), r->file)) > 0)
		for (char *p = bytes; (p = memchr(p, '\n', (size_t)(bytes + len - p))); p++)
			count++;
	return count;
}

bool event_reader_cut(const struct event_reader *r)
{
	return r->cut && r->steps > 0;
}

void event_reader_close(struct event_reader *r)
{
	if (!r)
		return;
	if (r->file)
		fclose(r->file);
	free(r->line);
	free(r->path);
	free(r);
}
