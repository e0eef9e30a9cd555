/* flock, fcntl and open-file-description locks between processes. */
#include "say.h"

#include <sys/file.h>

static char path[64];

static int lock(int fd, int cmd, short type, off_t start, off_t len)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};

	return fcntl(fd, cmd, &l);
}

int main(void)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd, other, to_child[2];
	char byte;

	snprintf(path, sizeof(path), "transparency-file-%ld", (long)getpid());
	fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	other = open(path, O_RDWR);
	result("flock", flock(fd, LOCK_EX));
	result("another description", flock(other, LOCK_EX | LOCK_NB));
	result("unlock", flock(fd, LOCK_UN));
	result("now", flock(other, LOCK_SH | LOCK_NB));
	flock(other, LOCK_UN);

	result("fcntl", lock(fd, F_SETLK, F_WRLCK, 0, 10));
	result("same process", lock(other, F_SETLK, F_WRLCK, 5, 10));
	if (pipe(to_child) < 0)
		return 1;
	if (fork() == 0) {
		result("child, same range", lock(fd, F_SETLK, F_WRLCK, 0, 1));
		result("child, another range", lock(fd, F_SETLK, F_WRLCK, 20, 1));
		fcntl(fd, F_GETLK, &l);
		say("held by the parent %d", l.l_pid == getppid());
		if (write(to_child[1], "x", 1) != 1)
			_exit(1);
		result("child waits", lock(fd, F_SETLKW, F_RDLCK, 0, 15));
		_exit(0);
	}
	if (read(to_child[0], &byte, 1) != 1)
		return 1;
	usleep(50000);
	say("unlocked by closing any descriptor");
	close(other);
	wait(NULL);
	other = open(path, O_RDWR);
	result("of the description", lock(fd, F_OFD_SETLK, F_WRLCK, 0, 10));
	result("another description", lock(other, F_OFD_SETLK, F_WRLCK, 0, 10));
	unlink(path);
	return 0;
}
