/*
 * Init when all is set up: opens files and sets pids for the owner, reaps what is adopted and knows
 * how it ended, keeps the launcher going.
 *
 * Cloned side: see inside.h for what is forbidden here.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lab/sandbox/calls.h"
#include "lab/sandbox/reduced.h"

#define ADOPTED_MAX 64

/* How adopted processes ended, the latest ADOPTED_MAX of them. */
static struct {
	pid_t pid;
	int status;
} adopted[ADOPTED_MAX];
static size_t adopted_count;
static pid_t asked_for; /* WIRE_STATUS came before the process ended */

/* The owner is gone, or has closed the sandbox. */
static void leave(const struct inside *in)
{
	if (in->reduced)
		reduced_tidy(in);
	_exit(0);
}

static int open_inside(const char *path, int flags, mode_t mode)
{
	/* No link of /proc may lead out of what the programs see. O_NONBLOCK: a FIFO or a lease
	 * left by a program must not hold init up. */
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC | O_NOFOLLOW |
					      (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY)),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);

	if (fd >= 0 && !(flags & (O_NONBLOCK | O_PATH)))
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

const char *const sandbox_left_places[LEFT_PLACES] = {"/dev/shm", "/dev/mqueue",
	"/proc/sysvipc/shm", "/proc/sysvipc/sem", "/proc/sysvipc/msg", "", "/tmp"};

/* All at once: each question of its own would cost two switches of processes. */
static void answer_left(const struct inside *in)
{
	struct wire_left left = {{0}};
	int fds[LEFT_PLACES];
	size_t count = 0;

	for (size_t i = 0; i < LEFT_PLACES; i++) {
		const char *path = sandbox_left_places[i];
		int fd = open_inside(*path ? path : in->plan->work_dir, O_RDONLY, 0);

		if (fd < 0)
			left.errnums[i] = errno;
		else
			fds[count++] = fd;
	}
	if (wire_send(in->control, &left, sizeof left, NULL, 0, fds, count) < 0)
		_exit(0);
	while (count)
		close(fds[--count]);
}

static int put_inside(const char *path, mode_t mode)
{
	char part[256];
	int fd;

	for (size_t i = 1; path[i] && i < sizeof part; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST && errno != EROFS)
			return -1;
	}
	fd = open_inside(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	if (fd >= 0)
		fchmod(fd, mode);
	return fd;
}

static void answer(const struct inside *in, int value, int fd)
{
	struct wire_reply reply = {.errnum = value < 0 ? errno : 0, .value = value};

	if (wire_send(in->control, &reply, sizeof reply, NULL, 0, &fd, fd >= 0) < 0)
		leave(in);
	if (fd >= 0)
		close(fd);
}

/* How PID has ended, if that is known. */
static bool answer_status(const struct inside *in, pid_t pid)
{
	for (size_t i = 0; i < ADOPTED_MAX; i++) {
		if (adopted[i].pid == pid) {
			answer(in, adopted[i].status, -1);
			return true;
		}
	}
	return false;
}

/* The owner asks us when the launcher's socket has closed. A process closes its sockets before its
 * children are given away, so until the launcher is reaped nothing is known of them. */
static void asked_status(const struct inside *in, pid_t pid)
{
	siginfo_t info;

	asked_for = 0;
	if (answer_status(in, pid))
		return;
	if (in->launcher > 0 ||
		waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG | __WALL) == 0)
		asked_for = pid;
	else
		answer(in, -1, -1);
}

static void serve(struct inside *in)
{
	struct wire_request request;
	ssize_t got = wire_receive(in->control, &request, sizeof request, NULL, NULL, NULL);
	int fd;

	if (got <= 0)
		leave(in);
	request.path[sizeof request.path - 1] = '\0';
	switch (request.kind) {
	case WIRE_OPEN:
		fd = open_inside(request.path, request.number, request.mode);
		answer(in, fd < 0 ? -1 : 0, fd);
		break;
	case WIRE_OPEN_LEFT:
		answer_left(in);
		break;
	case WIRE_PUT:
		fd = put_inside(request.path, request.mode);
		answer(in, fd < 0 ? -1 : 0, fd);
		break;
	case WIRE_NEXT_PID:
		answer(in, inside_next_pid(in, request.number), -1);
		break;
	case WIRE_STATUS:
		asked_status(in, request.number);
		break;
	default:
		errno = EINVAL;
		answer(in, -1, -1);
	}
}

static void reap(struct inside *in)
{
	const pid_t launcher = in->launcher;
	int status;
	pid_t pid;

	/* A program may stop its parent, kill(-1, SIGSTOP) for one; ours must not stay so. */
	if (launcher > 0 && waitpid(launcher, &status, WUNTRACED | WNOHANG) > 0) {
		if (WIFSTOPPED(status))
			kill(launcher, SIGCONT);
		else
			in->launcher = 0;
	}
	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		if (pid == in->launcher)
			in->launcher = 0;
		adopted[adopted_count % ADOPTED_MAX].pid = pid;
		adopted[adopted_count % ADOPTED_MAX].status = status;
		adopted_count++;
		if (pid == asked_for && answer_status(in, pid))
			asked_for = 0;
	}
	if (asked_for && launcher > 0 && in->launcher == 0)
		asked_status(in, asked_for);
}

void inside_attend(
	struct inside *in, int fd, void (*reaps)(struct inside *), void (*serves)(struct inside *))
{
	struct signalfd_siginfo ignored[8];
	uint64_t mask = UINT64_C(1) << (SIGCHLD - 1);
	int signals =
		(int)syscall(SYS_signalfd4, -1, &mask, sizeof mask, SFD_CLOEXEC | SFD_NONBLOCK);
	struct pollfd wait_for[2] = {
		{.fd = fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};

	for (;;) {
		reaps(in);
		if (poll(wait_for, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			_exit(1);
		}
		if (wait_for[1].revents & POLLIN && read(signals, ignored, sizeof ignored) < 0 &&
			errno != EAGAIN)
			_exit(1);
		if (wait_for[0].revents)
			serves(in);
	}
}

void inside_serve(struct inside *in)
{
	inside_attend(in, in->control, reap, serve);
}
