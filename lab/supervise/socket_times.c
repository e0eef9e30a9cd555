/*
 * SO_RCVTIMEO and SO_SNDTIMEO (socket(7)) in virtual time: what a program sets is remembered here
 * and taken away from the kernel, which then waits for ever; the wait gets a deadline like any
 * other, and getsockopt(2) tells what was set.
 */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

#define SECOND INT64_C(1000000000)
/* include/uapi/asm-generic/socket.h: the same on 64 bits, where time_t was never small. */
#define RCVTIMEO_NEW 66
#define SNDTIMEO_NEW 67

static struct socket_times *times_of(const struct supervisor *s, const char *id)
{
	for (size_t i = 0; id && i < s->socket_count; i++)
		if (strcmp(s->sockets[i].id, id) == 0)
			return &s->sockets[i];
	return NULL;
}

static struct socket_times *new_times(struct supervisor *s, const char *id)
{
	s->sockets = lab_xrealloc(s->sockets, (s->socket_count + 1) * sizeof(*s->sockets));
	s->sockets[s->socket_count] = (struct socket_times){.id = id};
	return &s->sockets[s->socket_count++];
}

static bool is_receive(int option)
{
	return option == SO_RCVTIMEO || option == RCVTIMEO_NEW;
}

static bool is_send(int option)
{
	return option == SO_SNDTIMEO || option == SNDTIMEO_NEW;
}

/* FD of T is a socket of the internet protocols. */
static bool is_internet(const struct tracee *t, int fd)
{
	FD_SCOPED socket = tracee_take_descriptor(t, fd);
	socklen_t size = sizeof(int);
	int domain = AF_UNSPEC;

	return socket >= 0 && getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
	       (domain == AF_INET || domain == AF_INET6);
}

/* The kernel has accepted the new time; zero means none. A negative one means not to wait, which
 * the kernel keeps as zero ticks: that may stay with it. */
void leave_setsockopt(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	int fd = (int)arch_argument(&t->entry, 0), option = (int)arch_argument(&t->entry, 2);
	static const struct timeval none = {0, 0};
	const char *id = object_of_fd(s, t, fd);
	struct socket_times *times;
	struct timeval tv;
	int64_t ns;

	(void)e;
	if (result < 0 || !id || (!is_receive(option) && !is_send(option)) ||
		!tracee_read(t, arch_argument(&t->entry, 3), &tv, sizeof(tv)))
		return;
	FD_SCOPED socket = tracee_take_descriptor(t, fd);
	if (socket >= 0 && tv.tv_sec >= 0)
		setsockopt(socket, SOL_SOCKET, is_send(option) ? SO_SNDTIMEO : SO_RCVTIMEO, &none,
			sizeof(none));
	times = times_of(s, id);
	if (!times)
		times = new_times(s, id);
	ns = tv.tv_sec < 0 || tv.tv_sec > CLOCK_FAR / SECOND
		     ? 0
		     : tv.tv_sec * SECOND + tv.tv_usec * INT64_C(1000);
	if (is_send(option))
		times->send = ns;
	else
		times->receive = ns;
}

void leave_getsockopt(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	int option = (int)arch_argument(&t->entry, 2);
	const struct socket_times *times;
	struct timeval tv;
	socklen_t size;
	int64_t ns;

	(void)e;
	if (result < 0 || !s->socket_count || (!is_receive(option) && !is_send(option)) ||
		!tracee_read(t, arch_argument(&t->entry, 4), &size, sizeof(size)))
		return;
	times = times_of(s, object_of_fd(s, t, (int)arch_argument(&t->entry, 0)));
	ns = !times ? 0 : is_send(option) ? times->send : times->receive;
	tv = (struct timeval){ns / SECOND, ns % SECOND / 1000};
	if (ns)
		tracee_write(
			t, arch_argument(&t->entry, 3), &tv, size < sizeof(tv) ? size : sizeof(tv));
}

/* A connection over the internet protocols has the times of the socket that listened. */
void leave_accept(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	const struct socket_times *from;
	const char *id;

	if (result < 0)
		return;
	id = object_of_fd(s, t, (int)result);
	if (e && id)
		event_add_text(s->log, e, "newobj", id);
	from = times_of(s, object_of_fd(s, t, (int)arch_argument(&t->entry, 0)));
	if (id && from && is_internet(t, (int)result)) {
		struct socket_times copy = *from;

		copy.id = id;
		*new_times(s, id) = copy;
	}
}

int64_t socket_time(struct supervisor *s, struct tracee *t, int fd, bool sends)
{
	const struct socket_times *times;

	if (!s->socket_count)
		return 0;
	times = times_of(s, object_of_fd(s, t, fd));
	return !times ? 0 : sends ? times->send : times->receive;
}

int socket_time_result(const struct tracee *t)
{
	if (t->call->nr != SYS_connect)
		return -EAGAIN;
	return is_internet(t, (int)arch_argument(&t->entry, 0)) ? -EINPROGRESS : -EAGAIN;
}
