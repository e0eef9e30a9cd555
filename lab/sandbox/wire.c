/*
 * Messages between the owner and the inside, over SOCK_SEQPACKET socket pairs: each message is one
 * packet, so nothing can be half read. Used on both sides, so it allocates nothing.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS_MAX 8

union control_space {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(FDS_MAX * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
};

int wire_send(int sock, const void *head, size_t head_len, const void *body, size_t body_len,
	const int *fds, size_t count)
{
	union control_space space;
	struct iovec parts[2] = {
		{.iov_base = (void *)(uintptr_t)head, .iov_len = head_len},
		{.iov_base = (void *)(uintptr_t)body, .iov_len = body_len},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = body_len ? 2 : 1};
	ssize_t sent;

	if (count) {
		struct cmsghdr *c = &space.align;

		memset(&space, 0, sizeof space);
		message.msg_control = &space;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(c), fds, count * sizeof(int));
	}
	do
		sent = sendmsg(sock, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 0;
}

/* Descriptors beyond what the receiver asked for are closed: nothing may leak into it. */
static void take_fds(const struct cmsghdr *c, int *fds, size_t room, size_t *count)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int got[FDS_MAX];

	memcpy(got, CMSG_DATA(c), n * sizeof(int));
	for (size_t i = 0; i < n; i++) {
		if (*count < room)
			fds[(*count)++] = got[i];
		else
			close(got[i]);
	}
}

ssize_t wire_receive(int sock, void *bytes, size_t len, int *fds, size_t *count, pid_t *sender)
{
	union control_space space;
	struct iovec part = {.iov_base = bytes, .iov_len = len};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &space,
		.msg_controllen = sizeof space};
	size_t room = count ? *count : 0, arrived = 0;
	ssize_t got;

	/* ECONNRESET says once that the other side died before it read all that we sent; what it
	 * had sent comes after that. */
	do
		got = recvmsg(sock, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && (errno == EINTR || errno == ECONNRESET));
	if (got < 0)
		return -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS)
			take_fds(c, fds, room, &arrived);
		if (c->cmsg_type == SCM_CREDENTIALS && sender)
			*sender = ((const struct ucred *)(const void *)CMSG_DATA(c))->pid;
	}
	if (count)
		*count = arrived;
	if (message.msg_flags & MSG_TRUNC) {
		errno = EMSGSIZE;
		return -1;
	}
	return got;
}
