/*
 * Datagrams that planned faults lose, double and delay. What a call would have sent is read from
 * the program's memory, and the sender's socket is taken as a descriptor of ours; the copy is sent
 * from there when its virtual time has come, whatever has become of the sender until then.
 *
 * Looked at are calls that send one datagram: not sendmmsg(2), nothing with ancillary data, and
 * nothing to a name that leads nowhere: the kernel says at once what is wrong with that. A copy
 * that finds no room is lost, as on a network.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

#define PATH_AT     offsetof(struct sockaddr_un, sun_path)
#define VECTOR_MOST 64
#define BYTES_MOST  65536 /* of one datagram */

struct datagram {
	int64_t at; /* when it is sent */
	int socket; /* the sender's */
	int path;   /* O_PATH of whom it is for, -1: TO is the address */
	union {
		struct sockaddr any;
		struct sockaddr_un local;
		struct sockaddr_storage room;
	} to;
	socklen_t to_len; /* 0: whom the socket is connected to */
	char *bytes;
	size_t len;
	int task; /* the sender */
	const char *call, *object;
	unsigned number; /* of the fault */
	struct event_place place;
};

/* Where a call keeps what it sends. */
struct parts {
	struct iovec list[VECTOR_MOST];
	size_t count, len; /* LEN: of all */
	uint64_t to;
	uint64_t to_len;
};

static void datagram_done(struct datagram *d)
{
	fd_close(&d->socket);
	fd_close(&d->path);
	free(d->bytes);
}

void datagrams_free(struct supervisor *s)
{
	for (size_t i = 0; i < s->late_count; i++)
		datagram_done(&s->late[i]);
	free(s->late);
}

/* ---- what a call would send ---- */

static bool read_vector(const struct tracee *t, uint64_t at, uint64_t count, struct parts *parts)
{
	if (count > VECTOR_MOST || !tracee_read(t, at, parts->list, count * sizeof(*parts->list)))
		return false;
	parts->count = count;
	for (size_t i = 0; i < count; i++) {
		if (parts->list[i].iov_len > BYTES_MOST)
			return false;
		parts->len += parts->list[i].iov_len;
	}
	return parts->len <= BYTES_MOST;
}

static bool read_header(const struct tracee *t, struct parts *parts)
{
	struct msghdr head;

	if (!tracee_read(t, arch_argument(&t->entry, 1), &head, sizeof(head)) ||
		head.msg_controllen)
		return false;
	parts->to = (uintptr_t)head.msg_name;
	parts->to_len = head.msg_name ? head.msg_namelen : 0;
	return read_vector(t, (uintptr_t)head.msg_iov, head.msg_iovlen, parts);
}

static bool read_parts(const struct tracee *t, struct parts *parts)
{
	uint64_t at = arch_argument(&t->entry, 1), len = arch_argument(&t->entry, 2);

	*parts = (struct parts){.count = 0};
	switch (t->call->nr) {
	case SYS_sendmsg:
		return read_header(t, parts);
	case SYS_writev:
		return read_vector(t, at, len, parts);
	case SYS_sendto:
		parts->to = arch_argument(&t->entry, 4);
		parts->to_len = parts->to ? (uint32_t)arch_argument(&t->entry, 5) : 0;
		break;
	default:
		break;
	}
	parts->list[0] = (struct iovec){(void *)(uintptr_t)at, len};
	parts->count = 1;
	parts->len = len;
	return len <= BYTES_MOST;
}

bool datagram_call(const struct call *c)
{
	return c->nr == SYS_sendto || c->nr == SYS_sendmsg || c->nr == SYS_write ||
	       c->nr == SYS_writev;
}

bool datagram_is_sent(struct supervisor *s, struct tracee *t)
{
	int fd = (int)arch_argument(&t->entry, 0), type = 0;
	socklen_t size = sizeof(type);
	struct parts parts;

	if (!datagram_call(t->call) || !object_is(object_of_fd(s, t, fd), "socket") ||
		!read_parts(t, &parts))
		return false;

	FD_SCOPED socket = tracee_take_descriptor(t, fd);

	return socket >= 0 && getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_DGRAM;
}

int64_t datagram_length(const struct tracee *t)
{
	struct parts parts;

	return read_parts(t, &parts) ? (int64_t)parts.len : 0;
}

/* ---- whom it is for ---- */

/* The file PATH as T would find it, and nothing beside what T can see; -1. */
static int open_path(struct supervisor *s, const struct tracee *t, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
	char from[64], room[4096];

	if (s->config.world) {
		path = world_reach(s, t, AT_FDCWD, path, room, sizeof(room));
		if (!path)
			return -1;
	} else {
		how.resolve |= path[0] == '/' ? RESOLVE_IN_ROOT : RESOLVE_BENEATH;
	}
	snprintf(from, sizeof(from), "/proc/%d/%s", (int)t->tid, path[0] == '/' ? "root" : "cwd");

	FD_SCOPED folder = open(from, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return folder < 0 ? -1 : (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

/* A name in the file system is kept as the file that it is now. false: it is nobody's name. */
static bool address(
	struct supervisor *s, const struct tracee *t, const struct parts *parts, struct datagram *d)
{
	char path[sizeof(d->to.local.sun_path) + 1] = "";

	if (parts->to_len > sizeof(d->to) || !tracee_read(t, parts->to, &d->to, parts->to_len))
		return false;
	d->to_len = (socklen_t)parts->to_len;
	if (d->to_len == 0 || d->to.any.sa_family != AF_UNIX)
		return true;
	if (d->to_len <= PATH_AT || d->to_len > sizeof(d->to.local))
		return false;
	if (d->to.local.sun_path[0] == '\0') /* no namespace would hold us back there */
		return !s->config.world;
	memcpy(path, d->to.local.sun_path, d->to_len - PATH_AT);
	d->path = open_path(s, t, path);
	return d->path >= 0;
}

bool datagram_copy(struct supervisor *s, struct tracee *t, unsigned number, int64_t delay)
{
	int fd = (int)arch_argument(&t->entry, 0);
	struct datagram d = {.at = s->now + delay,
		.socket = tracee_take_descriptor(t, fd),
		.path = -1,
		.task = t->index,
		.call = call_name_now(t),
		.object = object_of_fd(s, t, fd),
		.number = number};
	struct parts parts;
	bool whole = d.socket >= 0 && read_parts(t, &parts) && address(s, t, &parts, &d);

	d.bytes = lab_xmalloc(BYTES_MOST);
	for (size_t i = 0; whole && i < parts.count; i++) {
		whole = tracee_read(t, (uintptr_t)parts.list[i].iov_base, d.bytes + d.len,
			parts.list[i].iov_len);
		d.len += parts.list[i].iov_len;
	}
	if (!whole) {
		datagram_done(&d);
		return false;
	}
	s->late = lab_xrealloc(s->late, (s->late_count + 1) * sizeof(*s->late));
	s->late[s->late_count++] = d;
	return true;
}

void datagram_sent_at(struct supervisor *s, const struct event_place *place)
{
	struct event_place *own = &s->late[s->late_count - 1].place;

	if (!place->file)
		return;
	own->file = supervisor_intern(s, place->file);
	own->line = place->line;
	own->function = place->function ? supervisor_intern(s, place->function) : NULL;
}

/* ---- its time ---- */

static bool deliver(struct datagram *d)
{
	if (d->path >= 0) {
		d->to.local = (struct sockaddr_un){.sun_family = AF_UNIX};
		snprintf(d->to.local.sun_path, sizeof(d->to.local.sun_path), "/proc/self/fd/%d",
			d->path);
		d->to_len = sizeof(d->to.local);
	}
	return sendto(d->socket, d->bytes, d->len, MSG_DONTWAIT | MSG_NOSIGNAL,
		       d->to_len ? &d->to.any : NULL, d->to_len) >= 0;
}

static void send_one(struct supervisor *s, struct datagram *d)
{
	struct event *e = supervise_event(s, EVENT_FAULT, d->task, d->call);

	event_add_int(s->log, e, "n", d->number);
	event_add_text(s->log, e, "how", deliver(d) ? "arrives" : "lost");
	if (d->object)
		event_add_text(s->log, e, "obj", d->object);
	event_set_place(s->log, e, d->place.file, d->place.line, d->place.function);
	supervise_append(s, e);
	datagram_done(d);
}

/* Which is to be sent first; there is one. */
static size_t earliest(const struct supervisor *s)
{
	size_t first = 0;

	for (size_t i = 1; i < s->late_count; i++)
		if (s->late[i].at < s->late[first].at)
			first = i;
	return first;
}

int64_t datagrams_next(const struct supervisor *s)
{
	return s->late_count ? s->late[earliest(s)].at : NO_DEADLINE;
}

size_t datagrams_due(const struct supervisor *s)
{
	size_t due = 0;

	for (size_t i = 0; i < s->late_count; i++)
		due += s->late[i].at <= s->now;
	return due;
}

void datagrams_send(struct supervisor *s)
{
	for (size_t due = datagrams_due(s); due; due--) {
		size_t i = earliest(s);

		send_one(s, &s->late[i]);
		memmove(&s->late[i], &s->late[i + 1], (--s->late_count - i) * sizeof(*s->late));
	}
}
