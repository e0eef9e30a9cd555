/*
 * Under trace a program has the caller's own terminal, files and network: who waits may be waiting
 * for the world outside, and virtual time must not run past it. This file tells whether.
 *
 * What a terminal or the standard descriptors will bring nobody knows. A socket whose peer is a
 * task of this run waits for that task; one that is connected elsewhere waits for the world. One
 * without a peer could be called by anyone: that is waited for in real time if nothing else can
 * happen, or if a person sits there, who may start a client in another window.
 */
#include "config.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

enum where { INSIDE, ANYWHERE, OUTSIDE };

static enum where worse(enum where a, enum where b)
{
	return a > b ? a : b;
}

static bool is_ours(const struct supervisor *s, pid_t pid)
{
	for (size_t i = 0; i < s->total; i++)
		if (s->all[i]->group == pid)
			return true;
	return false;
}

static bool is_loopback(const struct sockaddr_storage *peer)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)peer;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)peer;

	if (peer->ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return peer->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static enum where peer_of(const struct supervisor *s, const struct tracee *t, int fd)
{
	struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof(peer), cred_size = sizeof(struct ucred);
	struct ucred cred = {0};
	FD_SCOPED socket = tracee_take_descriptor(t, fd);

	if (socket < 0 || getpeername(socket, (struct sockaddr *)&peer, &size) < 0)
		return ANYWHERE;
	if (peer.ss_family != AF_UNIX)
		return is_loopback(&peer) ? ANYWHERE : OUTSIDE;
	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &cred, &cred_size) < 0)
		return ANYWHERE;
	return is_ours(s, cred.pid) ? INSIDE : cred.pid ? OUTSIDE : ANYWHERE;
}

static enum where where_is(struct supervisor *s, struct tracee *t, int fd, int depth);

/* Those that an epoll watches: the lines "tfd: N ..." of its fdinfo (proc(5)). */
static enum where watched(struct supervisor *s, struct tracee *t, int fd, int depth)
{
	char path[64], line[256];
	enum where most = INSIDE;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)t->tid, fd);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "tfd:", 4) == 0)
			most = worse(most, where_is(s, t, (int)strtol(line + 4, NULL, 10), depth));
	if (file)
		fclose(file);
	return most;
}

/* The program's standard descriptors are ours: what hangs on them the caller gave it. */
static bool is_inherited(const struct tracee *t, int fd)
{
	struct stat it, own;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, fd);
	if (stat(path, &it) < 0)
		return false;
	for (int i = 0; i <= 2; i++)
		if (fstat(i, &own) == 0 && own.st_dev == it.st_dev && own.st_ino == it.st_ino)
			return true;
	return false;
}

static enum where where_is(struct supervisor *s, struct tracee *t, int fd, int depth)
{
	const char *id = object_of_fd(s, t, fd);

	if (!id)
		return INSIDE;
	if (object_is(id, "tty") || strncmp(id, "std", 3) == 0 || is_inherited(t, fd))
		return OUTSIDE;
	if (object_is(id, "inotify"))
		return ANYWHERE;
	if (object_is(id, "socket"))
		return peer_of(s, t, fd);
	if (object_is(id, "epoll"))
		return depth ? watched(s, t, fd, depth - 1) : ANYWHERE;
	return INSIDE;
}

/* "3:socket:1 5:pipe:2": what poll and select wait for. */
static enum where among(struct supervisor *s, struct tracee *t, const char *fds)
{
	enum where most = INSIDE;

	while (fds && *fds) {
		most = worse(most, where_is(s, t, (int)strtol(fds, NULL, 10), 3));
		fds = strchr(fds, ' ');
		if (fds)
			fds++;
	}
	return most;
}

/* Other objects are no descriptors: a futex, a semaphore. */
static bool may_be_outside(const char *id)
{
	static const char *const kinds[] = {
		"tty", "std", "socket", "epoll", "inotify", "pipe", "fifo"};

	for (size_t i = 0; id && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(id, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

/* What T sleeps in. Where nobody reads, it was not kept. */
static const struct event *sleeps_in(struct supervisor *s, struct tracee *t)
{
	struct event *e;

	if (!s->config.unread || !t->in_call)
		return t->block;
	e = task_event(s, t, EVENT_BLOCK, call_name_now(t));
	call_decode(s, t, e);
	return e;
}

bool waits_outside(struct supervisor *s, bool until_later)
{
	enum where most = INSIDE;

	if (!s->config.external)
		return false;
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];
		const struct event *block = t->state == ASLEEP ? sleeps_in(s, t) : NULL;

		if (t->state == LISTENING && s->config.attended)
			return true; /* the shell's fg continues it */
		if (!block)
			continue;
		if (may_be_outside(event_text(block, "obj")) && t->in_call)
			most = worse(most, where_is(s, t, (int)arch_argument(&t->entry, 0), 3));
		most = worse(most, among(s, t, event_text(block, "fds")));
	}
	return most == OUTSIDE || (most == ANYWHERE && (!until_later || s->config.attended));
}
