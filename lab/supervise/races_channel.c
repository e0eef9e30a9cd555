/*
 * What calls move, for the race detector: bytes through pipes, FIFOs and sockets, and what they
 * copy from or to shared memory. Messages through queues are in races_queue.c.
 *
 * Who reads bytes knows of all who wrote them. A writer that waits for room may have put some of
 * its bytes there already: they count as written when they are read, before its call ends. Whoever
 * had to wait for room knows of those who made it, whoever finds the end of a stream of those who
 * closed it.
 *
 * Sockets other than socketpair(2)'s are one channel for all; a regular file is one whose readers
 * know of all that was written before; poll(2) and its kin know of all that
 * has come to the process: more order than there may be, see races_order.c.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

#define EVENTS_MAX 1000000 /* of an eventfd that are told apart */
#define PIPE_USUAL 65536   /* bytes of a pipe that nobody made larger or smaller, pipe(7) */

struct race_channel *races_channel(struct races *r, uint64_t key)
{
	for (size_t i = 0; i < r->channel_count; i++)
		if (r->channels[i].key == key)
			return &r->channels[i];
	r->channels = lab_xrealloc(r->channels, (r->channel_count + 1) * sizeof(*r->channels));
	r->channels[r->channel_count] = (struct race_channel){.key = key};
	return &r->channels[r->channel_count++];
}

void races_channels_free(struct races *r)
{
	for (size_t i = 0; i < r->channel_count; i++)
		free(r->channels[i].waiting);
	free(r->channels);
	free(r->pairs);
}

/* What a call does to its descriptor. */
static bool sends(const struct tracee *t)
{
	switch (t->call->nr) {
	case SYS_write:
	case SYS_writev:
	case SYS_pwrite64:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	case SYS_vmsplice:
		return true;
	default:
		return false;
	}
}

/* From one descriptor to another. */
static bool passes_on(const struct tracee *t, int *from, int *to)
{
	int nr = t->call->nr;

	if (nr != SYS_splice && nr != SYS_tee && nr != SYS_sendfile)
		return false;
	*from = (int)arch_argument(&t->entry, nr == SYS_sendfile ? 1 : 0);
	*to = (int)arch_argument(&t->entry, nr == SYS_splice ? 2 : nr == SYS_tee ? 1 : 0);
	return true;
}

/* The descriptor into which a call puts something; -1: none. */
static int goes_to(const struct tracee *t)
{
	int from, to;

	if (passes_on(t, &from, &to))
		return to;
	return sends(t) ? (int)arch_argument(&t->entry, 0) : -1;
}

static bool receives(const struct tracee *t)
{
	switch (t->call->nr) {
	case SYS_read:
	case SYS_readv:
	case SYS_pread64:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_recvmmsg:
		return true;
	default:
		return false;
	}
}

static const struct race_pair *pair_of(const struct races *r, const char *id, unsigned *end)
{
	for (size_t i = r->pair_count; i-- > 0;)
		for (*end = 0; *end < 2; ++*end)
			if (strcmp(r->pairs[i].ids[*end], id) == 0)
				return &r->pairs[i];
	return NULL;
}

/* Where bytes of a writer that has not returned yet can be: BYTES of them are read now. */
static void written_early(struct supervisor *s, const char *id, uint64_t key, uint64_t bytes)
{
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *w = s->tracees[i];

		if (!w->in_call || !w->call || w->state == ENDED ||
			object_of_fd(s, w, goes_to(w)) != id)
			continue;
		race_write(s->races->race, w->index, key, bytes);
		races_task(w)->moved += bytes;
		return;
	}
}

static void bytes_moved(
	struct supervisor *s, struct tracee *t, const char *id, uint64_t key, uint64_t n, bool out)
{
	struct race_channel *c = races_channel(s->races, key);
	struct race_task *task = races_task(t);

	if (out) {
		n -= n < task->moved ? n : task->moved;
		task->moved = 0;
		if (n)
			race_write(s->races->race, t->index, key, n);
		c->bytes += n;
		return;
	}
	if (t->call->nr == SYS_tee ||
		(t->call->nr == SYS_recvfrom && arch_argument(&t->entry, 3) & MSG_PEEK)) {
		race_peek(s->races->race, t->index, key, n);
		return;
	}
	if (n > c->bytes) {
		written_early(s, id, key, n - c->bytes);
		c->bytes = n;
	}
	race_read(s->races->race, t->index, key, n);
	c->bytes -= n;
}

/* Of all that came through: those who come later know of those who came before. */
static void through_all(struct supervisor *s, struct tracee *t, uint64_t key, bool out)
{
	if (out)
		race_release(s->races->race, t->index, key);
	else
		race_acquire(s->races->race, t->index, key);
}

static void socket_moved(
	struct supervisor *s, struct tracee *t, const char *id, uint64_t n, bool out)
{
	unsigned end;
	const struct race_pair *pair = pair_of(s->races, id, &end);
	uint64_t key;

	if (!pair) {
		through_all(s, t, races_key(s, "a socket", 0), out);
		return;
	}
	key = races_key(s, pair->ids[out ? 1 - end : end], PART_DATA);
	if (!pair->messages)
		bytes_moved(s, t, pair->ids[1 - end], key, n, out);
	else if (out)
		race_send(s->races->race, t->index, key, 0);
	else
		race_receive(s->races->race, t->index, key, 0);
}

/* Signals that are read as data. */
static void signals_read(struct supervisor *s, struct tracee *t, uint64_t n)
{
	struct signalfd_siginfo info;
	uint64_t at = arch_argument(&t->entry, 1);

	for (uint64_t i = 0; i + sizeof(info) <= n; i += sizeof(info))
		if (tracee_read(t, at + i, &info, sizeof(info)))
			races_signal_taken(s, t, (int)info.ssi_signo, info.ssi_code);
}

/* An eventfd is a semaphore, of which most are taken as a whole. */
static void event_moved(struct supervisor *s, struct tracee *t, const char *id, bool out)
{
	uint64_t value, key = races_key(s, id, PART_DATA);

	if (!tracee_read(t, arch_argument(&t->entry, 1), &value, sizeof(value)))
		return;
	if (value > EVENTS_MAX)
		value = EVENTS_MAX;
	if (out)
		race_sem_post(s->races->race, t->index, key, (unsigned)value);
	else
		race_sem_wait(s->races->race, t->index, key, (unsigned)value);
}

static void event_made(struct supervisor *s, struct tracee *t, int fd)
{
	const char *id = object_of_fd(s, t, fd);
	uint64_t value = (uint32_t)arch_argument(&t->entry, 0);

	if (id)
		race_sem_set(s->races->race, t->index, races_key(s, id, PART_DATA),
			(unsigned)(value < EVENTS_MAX ? value : EVENTS_MAX));
}

/* More has been written into the pipe than it holds: somebody has read. */
static bool needed_room(struct supervisor *s, const char *id, uint64_t n)
{
	struct race_channel *c = races_channel(s->races, races_key(s, id, PART_DATA));

	c->sent += n;
	return c->sent > (c->room ? c->room : PIPE_USUAL);
}

/* F_SETPIPE_SZ */
void races_pipe_holds(struct supervisor *s, struct tracee *t, int64_t bytes)
{
	const char *id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));

	if (id)
		races_channel(s->races, races_key(s, id, PART_DATA))->room = (uint64_t)bytes;
}

/* N bytes, or an error, went OUT to ID or came from it. */
static void moved(struct supervisor *s, struct tracee *t, const char *id, int64_t n, bool out)
{
	struct race *r = s->races->race;
	bool pipe = object_is(id, "pipe") || object_is(id, "fifo");

	if ((n == 0 && !out) || (n < 0 && out))
		race_acquire(r, t->index, races_key(s, id, PART_END));
	if (n <= 0)
		return;
	if (out && (t->block_logged || (pipe && needed_room(s, id, (uint64_t)n))))
		race_acquire(r, t->index, races_key(s, id, PART_ROOM));
	if (!out && t->call->nr != SYS_tee)
		race_release(r, t->index, races_key(s, id, PART_ROOM));
	if (pipe)
		bytes_moved(s, t, id, races_key(s, id, PART_DATA), (uint64_t)n, out);
	else if (object_is(id, "socket"))
		socket_moved(s, t, id, (uint64_t)n, out);
	else if (object_is(id, "eventfd"))
		event_moved(s, t, id, out);
	else if (object_is(id, "signalfd"))
		signals_read(s, t, (uint64_t)n);
	else if (!object_is(id, "timerfd"))
		through_all(s, t, races_key(s, id, PART_DATA), out);
}

/* What the call copied from or to memory that is shared. */
static void copied(struct supervisor *s, struct tracee *t, int64_t n)
{
	uint64_t at = arch_argument(&t->entry, 1), count = arch_argument(&t->entry, 2);
	struct msghdr message;
	struct iovec part;

	switch (t->call->nr) {
	case SYS_sendmmsg:
	case SYS_recvmmsg:
		return;
	case SYS_sendmsg:
	case SYS_recvmsg:
		if (!tracee_read(t, at, &message, sizeof(message)))
			return;
		at = (uint64_t)(uintptr_t)message.msg_iov;
		count = message.msg_iovlen;
		break;
	case SYS_readv:
	case SYS_writev:
	case SYS_vmsplice:
		break;
	default:
		races_use_by_call(s, t, at, (uint64_t)n, receives(t));
		return;
	}
	for (uint64_t i = 0; i < count && n > 0; i++) {
		if (!tracee_read(t, at + i * sizeof(part), &part, sizeof(part)))
			return;
		if ((int64_t)part.iov_len > n)
			part.iov_len = (size_t)n;
		races_use_by_call(
			s, t, (uint64_t)(uintptr_t)part.iov_base, part.iov_len, receives(t));
		n -= (int64_t)part.iov_len;
	}
}

/* Ends. */

void races_channels_close(struct supervisor *s, struct tracee *t, unsigned first, unsigned last)
{
	for (unsigned fd = first; fd <= last && fd < FD_CACHE; fd++) {
		const char *id = t->process->fds[fd];

		if (object_is(id, "pipe") || object_is(id, "fifo")) {
			race_release(s->races->race, t->index, races_key(s, id, PART_END));
		} else if (object_is(id, "socket")) {
			unsigned end;
			const struct race_pair *pair = pair_of(s->races, id, &end);

			race_release(s->races->race, t->index,
				pair ? races_key(s, pair->ids[1 - end], PART_END)
				     : races_key(s, "a socket", 0));
		}
	}
}

static void pair_made(struct supervisor *s, struct tracee *t)
{
	struct races *r = s->races;
	int fds[2], type = (int)arch_argument(&t->entry, 1) & 15;
	const char *ids[2];

	if (!tracee_read(t, arch_argument(&t->entry, 3), fds, sizeof(fds)))
		return;
	ids[0] = object_of_fd(s, t, fds[0]);
	ids[1] = object_of_fd(s, t, fds[1]);
	if (!ids[0] || !ids[1])
		return;
	r->pairs = lab_xrealloc(r->pairs, (r->pair_count + 1) * sizeof(*r->pairs));
	r->pairs[r->pair_count++] = (struct race_pair){{ids[0], ids[1]}, type != SOCK_STREAM};
}

/* open(2) of a FIFO for reading or for writing waits until somebody has the other side. */
static bool waits_for_other(const struct tracee *t)
{
	int flags = (int)arch_argument(&t->entry, t->call->nr == SYS_openat ? 2 : 1);

	return (flags & O_ACCMODE) != O_RDWR && !(flags & O_NONBLOCK);
}

/* Both sides wait for each other. The first still stands in its call. */
static void fifo_opened(struct supervisor *s, struct tracee *t, const char *id)
{
	const char *path = t->event ? event_text(t->event, "path") : NULL;

	race_release(s->races->race, t->index, races_key(s, id, PART_OPEN));
	if (!waits_for_other(t))
		return;
	race_acquire(s->races->race, t->index, races_key(s, id, PART_OPEN));
	for (size_t i = 0; path && i < s->count; i++) {
		struct tracee *other = s->tracees[i];

		if (other != t && other->state != ENDED && other->in_call && other->event &&
			strcmp(other->event->name, "open") == 0 &&
			event_text(other->event, "path") &&
			strcmp(event_text(other->event, "path"), path) == 0)
			race_edge(s->races->race, other->index, t->index);
	}
}

/* Something is ready: it has come from somebody. */
static void polled(struct supervisor *s, struct tracee *t)
{
	for (unsigned fd = 0; fd < FD_CACHE; fd++) {
		const char *id = t->process->fds[fd];
		uint64_t key;

		if (!id)
			continue;
		key = races_key(s, id, PART_DATA);
		if (object_is(id, "pipe") || object_is(id, "fifo") || object_is(id, "socket")) {
			race_peek(s->races->race, t->index, key, UINT64_MAX);
			race_acquire(s->races->race, t->index, races_key(s, id, PART_END));
		}
		if (object_is(id, "eventfd"))
			race_sem_look(s->races->race, t->index, key);
		if (object_is(id, "pidfd"))
			race_acquire(s->races->race, t->index, races_key(s, "children", t->index));
		race_acquire(s->races->race, t->index, key);
		race_acquire(s->races->race, t->index, races_key(s, id, PART_ROOM));
	}
	race_acquire(s->races->race, t->index, races_key(s, "a socket", 0));
}

void races_channel_begins(struct supervisor *s, struct tracee *t)
{
	unsigned fd = (unsigned)arch_argument(&t->entry, 0), to;

	switch (t->call->nr) {
	case SYS_close:
		races_channels_close(s, t, fd, fd);
		races_files_closed(s, t, fd, fd);
		break;
	case SYS_close_range:
		races_channels_close(s, t, fd, (unsigned)arch_argument(&t->entry, 1));
		races_files_closed(s, t, fd, (unsigned)arch_argument(&t->entry, 1));
		break;
	case SYS_dup2:
	case SYS_dup3:
		to = (unsigned)arch_argument(&t->entry, 1);
		if (to == fd)
			break;
		races_channels_close(s, t, to, to);
		races_files_closed(s, t, to, to);
		break;
	case SYS_shutdown:
		races_channels_close(s, t, fd, fd);
		break;
	case SYS_connect:
		race_release(s->races->race, t->index, races_key(s, "a socket", 0));
		break;
	}
}

void races_channel_ends(struct supervisor *s, struct tracee *t, int64_t result)
{
	const char *id;
	int from, to;

	if (passes_on(t, &from, &to)) {
		if ((id = object_of_fd(s, t, from)))
			moved(s, t, id, result, false);
		if ((id = object_of_fd(s, t, to)))
			moved(s, t, id, result, true);
		return;
	}
	if (sends(t) || receives(t)) {
		id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));
		if (receives(t) && id)
			moved(s, t, id, result, false);
		if (id && result > 0)
			races_file_used(s, t, id, result, sends(t));
		if (result > 0)
			copied(s, t, result);
		if (sends(t) && id)
			moved(s, t, id, result, true);
		return;
	}
	if (result < 0)
		return;
	switch (t->call->nr) {
	case SYS_mq_timedsend:
	case SYS_mq_timedreceive:
		races_queue_moved(s, t, result);
		break;
	case SYS_msgsnd:
	case SYS_msgrcv:
		races_sysv_moved(s, t, result);
		break;
	case SYS_mq_open:
		id = object_of_fd(s, t, (int)result);
		if (id)
			races_queue_opened(s, t, id);
		break;
	case SYS_eventfd2:
		event_made(s, t, (int)result);
		break;
	case SYS_socketpair:
		pair_made(s, t);
		break;
	case SYS_connect:
	case SYS_accept:
	case SYS_accept4:
		race_release(s->races->race, t->index, races_key(s, "a socket", 0));
		race_acquire(s->races->race, t->index, races_key(s, "a socket", 0));
		break;
	case SYS_open:
	case SYS_openat:
		id = object_of_fd(s, t, (int)result);
		if (object_is(id, "fifo"))
			fifo_opened(s, t, id);
		break;
	default:
		if (result > 0 && call_polls(t->call))
			polled(s, t);
	}
}
