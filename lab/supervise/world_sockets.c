/*
 * Local sockets of a world without a network namespace. A name in the file system is translated
 * like any path, and must lie in what the run owns; an abstract name is the kernel's to confine
 * (Landlock, Linux 6.12), and refused where it does not.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "lab/supervise/call.h"

#define PATH_AT offsetof(struct sockaddr_un, sun_path)

/* The address at AT, LEN bytes, as the kernel shall get it, in REAL: its length; 0 if it is to be
 * left as it is; negative errno if it is refused. */
static int translate(
	struct supervisor *s, struct tracee *t, uint64_t at, uint64_t len, struct sockaddr_un *real)
{
	struct sockaddr_un name = {.sun_family = AF_UNSPEC};
	char path[sizeof(name.sun_path) + 1] = "", room[4096];
	const char *reached;

	if (!at || len <= PATH_AT || len > sizeof(name) || !tracee_read(t, at, &name, len) ||
		name.sun_family != AF_UNIX)
		return 0; /* none, or the kernel's to refuse */
	if (name.sun_path[0] == '\0')
		return s->config.world->signals_stay ? 0 : -EPERM;
	memcpy(path, name.sun_path, len - PATH_AT);
	reached = world_reach(s, t, AT_FDCWD, path, room, sizeof(room));
	if (!reached)
		return -EACCES;
	if (reached == path)
		return 0;
	if (strlen(reached) >= sizeof(real->sun_path))
		return -ENAMETOOLONG;
	*real = (struct sockaddr_un){.sun_family = AF_UNIX};
	strcpy(real->sun_path, reached);
	return (int)(PATH_AT + strlen(reached) + 1);
}

/* In the arguments of the call. */
static enum enter direct(struct supervisor *s, struct tracee *t, unsigned at_arg, unsigned len_arg)
{
	struct sockaddr_un real;
	int len = translate(s, t, arch_argument(&t->entry, at_arg),
		(uint32_t)arch_argument(&t->entry, len_arg), &real);
	uint64_t at;

	if (len < 0)
		return world_refuse(t, -len);
	if (len == 0)
		return ENTER_MAKE;
	at = world_scratch(t, 0, &real, (size_t)len);
	if (!at)
		return world_refuse(t, ENOMEM);
	arch_set_argument(&t->regs, at_arg, at);
	arch_set_argument(&t->regs, len_arg, (uint64_t)len);
	t->rewritten = true;
	return ENTER_MAKE;
}

/* In the message headers of sendmsg(2), sendmmsg(2): in memory of the program, so a name is not
 * translated there. One that needs it, or leads out of the run, is refused. */
static enum enter in_headers(struct supervisor *s, struct tracee *t)
{
	bool many = arch_number(&t->entry) == SYS_sendmmsg;
	uint64_t at = arch_argument(&t->entry, 1), count = many ? arch_argument(&t->entry, 2) : 1;
	struct sockaddr_un real;
	struct msghdr head;

	for (uint64_t i = 0; i < count && i < 1024; i++) {
		uint64_t step = many ? sizeof(struct mmsghdr) : sizeof(struct msghdr);

		if (!tracee_read(t, at + i * step, &head, sizeof(head)))
			break;
		if (translate(s, t, (uint64_t)(uintptr_t)head.msg_name, head.msg_namelen, &real))
			return world_refuse(t, EACCES);
	}
	return ENTER_MAKE;
}

enum enter world_confine_socket(struct supervisor *s, struct tracee *t)
{
	switch (arch_number(&t->entry)) {
	case SYS_bind:
	case SYS_connect:
		return direct(s, t, 1, 2);
	case SYS_sendto:
		return direct(s, t, 4, 5);
	default:
		return in_headers(s, t);
	}
}
