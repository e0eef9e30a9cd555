/* clean: memory comes as a descriptor in a message, written before it was sent. */
#include "shared.h"

#include <sys/socket.h>

/* A message of one byte with descriptor FD. */
static struct msghdr *letter(int fd)
{
	static union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	static char byte;
	static struct iovec part = {&byte, 1};
	static struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	message.msg_control = &control;
	message.msg_controllen = sizeof(control);
	control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return &message;
}

static int *map(int fd)
{
	return need_memory(mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
}

int main(void)
{
	int end[2], fd;

	NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, end));
	if (NEED(fork()) == 0) {
		fd = NEED(memfd_create("box", 0));
		NEED(ftruncate(fd, sizeof(int)));

		int *x = map(fd);

		*x = 1;
		NEED((int)sendmsg(end[1], letter(fd), 0));
		_exit(0);
	}

	struct msghdr *message = letter(-1);

	NEED((int)recvmsg(end[0], message, 0));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(message)), sizeof(fd));

	int seen = *map(fd);

	return finish() || seen != 1;
}
