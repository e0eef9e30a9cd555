/*
 * What calls move, for the race detector: bytes through pipes, FIFOs and sockets, messages through
 * queues, and what they copy from or to shared memory.
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
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

#define EVENTS_MAX     1000000 /* of an eventfd that are told apart */
#define PIPE_USUAL     65536   /* bytes of a pipe that nobody made larger or smaller, pipe(7) */
#define MESSAGES_USUAL 10      /* of a queue made without attributes, mq_overview(7) */

enum part { PART_DATA, PART_ROOM, PART_END, PART_OPEN };

static struct race_channel *channel_of(struct races *r, uint64_t key)
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
	case SYS_sendfile:
		return true;
	default:
		return false;
	}
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

		if (!w->in_call || !w->call || w->state == ENDED || !sends(w) ||
			object_of_fd(s, w, (int)arch_argument(&w->entry, 0)) != id)
			continue;
		race_write(s->races->race, w->index, key, bytes);
		races_task(w)->moved += bytes;
		return;
	}
}

static void bytes_moved(
	struct supervisor *s, struct tracee *t, const char *id, uint64_t key, uint64_t n)
{
	struct race_channel *c = channel_of(s->races, key);
	struct race_task *task = races_task(t);

	if (sends(t)) {
		n -= n < task->moved ? n : task->moved;
		task->moved = 0;
		if (n)
			race_write(s->races->race, t->index, key, n);
		c->bytes += n;
		return;
	}
	if (t->call->nr == SYS_recvfrom && arch_argument(&t->entry, 3) & MSG_PEEK) {
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
static void through_all(struct supervisor *s, struct tracee *t, uint64_t key)
{
	if (sends(t))
		race_release(s->races->race, t->index, key);
	else
		race_acquire(s->races->race, t->index, key);
}

static void socket_moved(struct supervisor *s, struct tracee *t, const char *id, uint64_t n)
{
	unsigned end;
	const struct race_pair *pair = pair_of(s->races, id, &end);
	uint64_t key;

	if (!pair) {
		through_all(s, t, races_key(s, "a socket", 0));
		return;
	}
	key = races_key(s, pair->ids[sends(t) ? 1 - end : end], PART_DATA);
	if (!pair->messages)
		bytes_moved(s, t, pair->ids[1 - end], key, n);
	else if (sends(t))
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
static void event_moved(struct supervisor *s, struct tracee *t, const char *id)
{
	uint64_t value, key = races_key(s, id, PART_DATA);

	if (!tracee_read(t, arch_argument(&t->entry, 1), &value, sizeof(value)))
		return;
	if (value > EVENTS_MAX)
		value = EVENTS_MAX;
	if (sends(t))
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
	struct race_channel *c = channel_of(s->races, races_key(s, id, PART_DATA));

	c->sent += n;
	return c->sent > PIPE_USUAL;
}

static void moved(struct supervisor *s, struct tracee *t, const char *id, int64_t n)
{
	struct race *r = s->races->race;
	bool pipe = object_is(id, "pipe") || object_is(id, "fifo");

	if ((n == 0 && receives(t)) || (n < 0 && sends(t)))
		race_acquire(r, t->index, races_key(s, id, PART_END));
	if (n <= 0)
		return;
	if (sends(t) && (t->block_logged || (pipe && needed_room(s, id, (uint64_t)n))))
		race_acquire(r, t->index, races_key(s, id, PART_ROOM));
	if (receives(t))
		race_release(r, t->index, races_key(s, id, PART_ROOM));
	if (pipe)
		bytes_moved(s, t, id, races_key(s, id, PART_DATA), (uint64_t)n);
	else if (object_is(id, "socket"))
		socket_moved(s, t, id, (uint64_t)n);
	else if (object_is(id, "eventfd"))
		event_moved(s, t, id);
	else if (object_is(id, "signalfd"))
		signals_read(s, t, (uint64_t)n);
	else if (!object_is(id, "timerfd"))
		through_all(s, t, races_key(s, id, PART_DATA));
}

/* What the call copied from or to memory that is shared. */
static void copied(struct supervisor *s, struct tracee *t, int64_t n)
{
	uint64_t at = arch_argument(&t->entry, 1), count = arch_argument(&t->entry, 2);
	struct msghdr message;
	struct iovec part;

	switch (t->call->nr) {
	case SYS_sendfile:
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

/* Queues. */

static struct race_waiting *waiting_of(struct race_channel *c, unsigned priority)
{
	for (size_t i = 0; i < c->waiting_count; i++)
		if (c->waiting[i].priority == priority)
			return &c->waiting[i];
	c->waiting = lab_xrealloc(c->waiting, (c->waiting_count + 1) * sizeof(*c->waiting));
	c->waiting[c->waiting_count] = (struct race_waiting){priority, 0};
	return &c->waiting[c->waiting_count++];
}

/* Of the message that was received: the kernel takes the highest. */
static unsigned priority_of(const struct tracee *t, const struct race_channel *c)
{
	uint64_t at = arch_argument(&t->entry, 3);
	unsigned priority = 0;

	if (at && tracee_read(t, at, &priority, sizeof(priority)))
		return priority;
	for (size_t i = 0; i < c->waiting_count; i++)
		if (c->waiting[i].count && c->waiting[i].priority > priority)
			priority = c->waiting[i].priority;
	return priority;
}

/* Room for a message is a token of a semaphore: a queue can be a lock, got by sending. */
static void queue_opened(struct supervisor *s, struct tracee *t, const char *id)
{
	uint64_t at = arch_argument(&t->entry, 3), key = races_key(s, id, PART_ROOM);
	struct race_channel *c = channel_of(s->races, races_key(s, id, PART_DATA));
	struct mq_attr attr = {.mq_maxmsg = MESSAGES_USUAL};

	if (c->opened)
		return;
	c->opened = true;
	if (at && (!tracee_read(t, at, &attr, sizeof(attr)) || attr.mq_maxmsg < 1))
		attr.mq_maxmsg = MESSAGES_USUAL;
	race_sem_post(s->races->race, t->index, key, (unsigned)attr.mq_maxmsg);
}

static void queue_moved(struct supervisor *s, struct tracee *t, int64_t n)
{
	const char *id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));
	struct race *r = s->races->race;
	struct race_channel *c;
	unsigned priority;

	if (!id)
		return;
	c = channel_of(s->races, races_key(s, id, PART_DATA));
	if (t->call->nr == SYS_mq_timedsend) {
		priority = (unsigned)arch_argument(&t->entry, 3);
		race_sem_wait(r, t->index, races_key(s, id, PART_ROOM), 1);
		races_use_by_call(
			s, t, arch_argument(&t->entry, 1), arch_argument(&t->entry, 2), false);
		race_send(r, t->index, c->key, priority);
		race_release(r, t->index, races_key(s, "mq_notify", 0));
		waiting_of(c, priority)->count++;
		return;
	}
	priority = priority_of(t, c);
	race_sem_post(r, t->index, races_key(s, id, PART_ROOM), 1);
	race_receive(r, t->index, c->key, priority);
	if (waiting_of(c, priority)->count)
		waiting_of(c, priority)->count--;
	races_use_by_call(s, t, arch_argument(&t->entry, 1), (uint64_t)n, true);
}

static void sysv_moved(struct supervisor *s, struct tracee *t, int64_t n)
{
	uint64_t at = arch_argument(&t->entry, 1);
	struct race *r = s->races->race;
	const char *id;
	char key[32];
	long type;

	snprintf(key, sizeof(key), "sysv-msg:%d", (int)arch_argument(&t->entry, 0));
	id = object_id(s, "sysv-msg", key);
	if (!tracee_read(t, at, &type, sizeof(type)))
		return;
	if (t->call->nr == SYS_msgsnd) {
		if (t->block_logged)
			race_acquire(r, t->index, races_key(s, id, PART_ROOM));
		races_use_by_call(s, t, at, arch_argument(&t->entry, 2) + sizeof(type), false);
		race_send(r, t->index, races_key(s, id, PART_DATA), (uint64_t)type);
		return;
	}
	race_release(r, t->index, races_key(s, id, PART_ROOM));
	race_receive(r, t->index, races_key(s, id, PART_DATA), (uint64_t)type);
	races_use_by_call(s, t, at, (uint64_t)n + sizeof(type), true);
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

	if (sends(t) || receives(t)) {
		id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));
		if (receives(t) && id)
			moved(s, t, id, result);
		if (result > 0)
			copied(s, t, result);
		if (sends(t) && id)
			moved(s, t, id, result);
		return;
	}
	if (result < 0)
		return;
	switch (t->call->nr) {
	case SYS_mq_timedsend:
	case SYS_mq_timedreceive:
		queue_moved(s, t, result);
		break;
	case SYS_msgsnd:
	case SYS_msgrcv:
		sysv_moved(s, t, result);
		break;
	case SYS_mq_open:
		id = object_of_fd(s, t, (int)result);
		if (id)
			queue_opened(s, t, id);
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
