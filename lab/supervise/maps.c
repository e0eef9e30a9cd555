/* Mappings of a process: see maps.h. */
#include "config.h"

#include "lab/supervise/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab/base/fd.h"

/* include/uapi/linux/fs.h, PROCMAP_QUERY */
struct query {
	uint64_t size, flags, addr, begin, end, is, page, offset, inode;
	uint32_t major, minor, name_size, id_size;
	uint64_t name_addr, id_addr;
};
#define QUERY _IOWR('f', 17, struct query)

enum { IS_SHARED = 8, OR_NEXT = 16 };

static int open_maps(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)tid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* 1: found; 0: there is none; -1: the kernel does not answer. */
static int ask(int fd, uint64_t addr, uint64_t flags, bool with_path, struct mapping *m)
{
	struct query q = {.size = sizeof(q), .addr = addr, .flags = flags};

	m->path[0] = '\0';
	if (with_path) {
		q.name_addr = (uint64_t)(uintptr_t)m->path;
		q.name_size = sizeof(m->path);
	}
	if (ioctl(fd, QUERY, &q) < 0)
		return errno == ENOENT ? 0 : -1;
	m->begin = q.begin;
	m->end = q.end;
	m->offset = q.offset;
	m->inode = q.inode;
	m->major = q.major;
	m->minor = q.minor;
	m->shared = q.is & IS_SHARED;
	return 1;
}

/* BEGIN-END MODE OFFSET MAJOR:MINOR INODE PATH, proc_pid_maps(5) */
static bool parse(const char *line, struct mapping *m)
{
	char *p;

	m->begin = strtoull(line, &p, 16);
	if (*p++ != '-')
		return false;
	m->end = strtoull(p, &p, 16);
	if (*p++ != ' ' || strlen(p) < 5)
		return false;
	m->shared = p[3] == 's';
	m->offset = strtoull(p + 4, &p, 16);
	m->major = (unsigned)strtoul(p, &p, 16);
	if (*p++ != ':')
		return false;
	m->minor = (unsigned)strtoul(p, &p, 16);
	m->inode = strtoull(p, &p, 10);
	snprintf(m->path, sizeof(m->path), "%s", p + strspn(p, " "));
	return true;
}

/* The next line without its end; NULL: there is no more. What has begun of it is moved to the
 * front, and the rest read behind it. Of a very long path the beginning and the end are kept. */
static char *next_line(struct maps *m)
{
	char *line, *end;

	while (!(end = memchr(m->text + m->at, '\n', m->len - m->at))) {
		ssize_t n;

		m->len -= m->at;
		memmove(m->text, m->text + m->at, m->len);
		m->at = 0;
		if (m->len == sizeof(m->text) - 1)
			m->len /= 2;
		n = m->fd < 0 ? 0 : read(m->fd, m->text + m->len, sizeof(m->text) - 1 - m->len);
		if (n <= 0)
			return NULL;
		m->len += (size_t)n;
	}
	line = m->text + m->at;
	*end = '\0';
	m->at = (size_t)(end - m->text) + 1;
	return line;
}

void maps_open(struct maps *m, pid_t tid, bool shared_only)
{
	m->fd = open_maps(tid);
	m->shared_only = m->asks = shared_only;
	m->at = m->len = 0;
	m->next = 0;
}

bool maps_next(struct maps *m, struct mapping *mapping)
{
	const char *line;

	if (m->asks) {
		int found = ask(m->fd, m->next, OR_NEXT | IS_SHARED, true, mapping);

		if (found > 0)
			m->next = mapping->end;
		m->asks = found >= 0;
		if (m->asks)
			return found;
	}
	while ((line = next_line(m)))
		if (parse(line, mapping) && mapping->begin >= m->next &&
			(mapping->shared || !m->shared_only))
			return true;
	return false;
}

void maps_close(struct maps *m)
{
	fd_close(&m->fd);
}

bool maps_at(pid_t tid, uint64_t addr, bool with_path, struct mapping *mapping)
{
	struct maps m = {.fd = open_maps(tid)};
	int found = ask(m.fd, addr, 0, with_path, mapping);

	while (found < 0 && maps_next(&m, mapping))
		if (addr >= mapping->begin && addr < mapping->end)
			found = 1;
	maps_close(&m);
	return found > 0;
}
