/* EINTR or not: read, write to a full pipe, flock, open of a FIFO, semop, accept; each with and
 * without SA_RESTART. */
#include "say.h"

#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int fds[2];
static char path[64];

static void write_soon(void)
{
	usleep(200000);
	_exit(write(fds[1], "x", 1) != 1);
}

static void drain_soon(void)
{
	static char bytes[1 << 17];

	usleep(200000);
	_exit(read(fds[0], bytes, sizeof(bytes)) < 0);
}

static void hold_lock(void)
{
	int fd = open(path, O_RDWR);

	flock(fd, LOCK_EX);
	kill(getppid(), SIGUSR2);
	usleep(300000);
}

static void with_flags(const char *how, int flags)
{
	static char full[1 << 16];
	struct sembuf down = {0, -1, 0};
	int id, fd, s;
	struct sockaddr_un nameless = {.sun_family = AF_UNIX};
	sigset_t usr2, old;
	char byte;

	say("%s", how);
	handle(SIGALRM, count, flags);
	if (pipe(fds) < 0)
		exit(1);
	child(write_soon);
	alarm_in(1);
	result("read", read(fds[0], &byte, 1));
	wait(NULL);
	while (flags == 0 && read(fds[0], &byte, 1) < 0)
		;
	result("fill", write(fds[1], full, sizeof(full)));
	child(drain_soon);
	alarm_in(1);
	result("write", write(fds[1], full, 1));
	wait(NULL);

	id = semget(IPC_PRIVATE, 1, 0600);
	alarm_in(1);
	result("semop", semop(id, &down, 1)); /* never restarted */
	semctl(id, 0, IPC_RMID);

	snprintf(path, sizeof(path), "transparency-lock-%ld", (long)getpid());
	fd = open(path, O_RDWR | O_CREAT, 0600);
	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, &old);
	child(hold_lock);
	sigwaitinfo(&usr2, NULL);
	sigprocmask(SIG_SETMASK, &old, NULL);
	alarm_in(1);
	result("flock", flock(fd, LOCK_EX));
	wait(NULL);
	close(fd);
	unlink(path);

	s = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(s, (struct sockaddr *)&nameless, sizeof(sa_family_t));
	listen(s, 1);
	if (flags == 0) {
		alarm_in(1);
		result("accept", accept(s, NULL, NULL));
	}
	close(s);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	handle(SIGUSR2, count, 0);
	with_flags("without SA_RESTART", 0);
	with_flags("with SA_RESTART", SA_RESTART);
	return 0;
}
