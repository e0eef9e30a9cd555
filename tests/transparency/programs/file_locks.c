/* flock, fcntl's locks of processes and of open files, lockf: who excludes whom, and when a lock
 * goes. */
#include "rows.h"

#include <pthread.h>
#include <sys/file.h>

static char path[64];
static int file;

static int open_again(void)
{
	return open(path, O_RDWR);
}

static void make_file(void)
{
	snprintf(path, sizeof(path), "file-locks-%ld", (long)getpid());
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	MUST(file);
	MUST(ftruncate(file, 100));
}

static int lock(int fd, int cmd, short type, off_t start, off_t len)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};

	return fcntl(fd, cmd, &l);
}

static void asked(const char *what, int fd, int cmd, short type, off_t start, off_t len)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};

	if (fcntl(fd, cmd, &l) < 0)
		say("%s: %s", what, strerrorname_np(errno));
	else if (l.l_type == F_UNLCK)
		say("%s: free", what);
	else
		say("%s: %s, from %ld, %ld bytes, pid %s", what,
			l.l_type == F_RDLCK ? "read" : "write", (long)l.l_start, (long)l.l_len,
			l.l_pid == getppid() ? "my parent"
			: l.l_pid == -1      ? "-1"
					     : "another");
}

static void by_flock(void)
{
	make_file();
	result("exclusive", flock(file, LOCK_EX));
	result("again", flock(file, LOCK_EX));
	result("another open file", flock(open_again(), LOCK_EX | LOCK_NB));
	result("shared", flock(file, LOCK_SH));
	result("both shared", flock(open_again(), LOCK_SH | LOCK_NB));
	if (fork() == 0) {
		result("inherited", flock(file, LOCK_UN)); /* it is the same open file */
		_exit(0);
	}
	wait(NULL);
	result("gone", flock(open_again(), LOCK_EX | LOCK_NB));
	result("bad", flock(file, 99));
	unlink(path);
}

static void flock_waits(void)
{
	pid_t pid;
	int value;

	make_file();
	pid = fork();
	if (pid == 0) {
		await_sleep(getppid());
		result("child", flock(open_again(), LOCK_EX | LOCK_NB));
		kill(getppid(), SIGUSR1);
		result("child", flock(open_again(), LOCK_EX));
		_exit(0);
	}
	handle(SIGUSR1, count, 0);
	flock(file, LOCK_EX);
	pause();
	await_sleep(pid);
	result("give", flock(file, LOCK_UN));
	waitpid(pid, &value, 0);
	result("its end gives it back", flock(file, LOCK_EX | LOCK_NB));
	unlink(path);
}

static void ranges(void)
{
	make_file();
	result("write", lock(file, F_SETLK, F_WRLCK, 10, 10));
	result("read", lock(file, F_SETLK, F_RDLCK, 30, 10));
	if (fork() == 0) {
		asked("0-9", file, F_GETLK, F_WRLCK, 0, 10);
		asked("0-99", file, F_GETLK, F_RDLCK, 0, 100);
		asked("15", file, F_GETLK, F_RDLCK, 15, 1);
		asked("30 to read", file, F_GETLK, F_RDLCK, 30, 5);
		asked("30 to write", file, F_GETLK, F_WRLCK, 30, 5);
		result("read 30", lock(file, F_SETLK, F_RDLCK, 30, 10));
		result("write 30", lock(file, F_SETLK, F_WRLCK, 30, 10));
		_exit(0);
	}
	wait(NULL);
	result("split", lock(file, F_SETLK, F_UNLCK, 13, 4));
	if (fork() == 0) {
		asked("10-19", file, F_GETLK, F_WRLCK, 10, 10);
		asked("13-16", file, F_GETLK, F_WRLCK, 13, 4);
		asked("13 to the end", file, F_GETLK, F_WRLCK, 13, 0);
		_exit(0);
	}
	wait(NULL);
	result("before the file", lock(file, F_SETLK, F_WRLCK, -5, 3));
	unlink(path);
}

/* Any close of the file by the process drops its locks. */
static void lost_by_close(void)
{
	make_file();
	result("lock", lock(file, F_SETLK, F_WRLCK, 0, 0));
	close(open_again());
	if (fork() == 0) {
		result("child", lock(file, F_SETLK, F_WRLCK, 0, 0));
		_exit(0);
	}
	wait(NULL);
	result("after the child's end", lock(file, F_SETLK, F_WRLCK, 0, 0));
	unlink(path);
}

static void of_open_files(void)
{
	int other;

	make_file();
	other = open_again();
	result("lock", lock(file, F_OFD_SETLK, F_WRLCK, 0, 0));
	result("another", lock(other, F_OFD_SETLK, F_WRLCK, 0, 0));
	asked("who", other, F_OFD_GETLK, F_WRLCK, 0, 0);
	result("as a process", lock(other, F_SETLK, F_RDLCK, 0, 0));
	close(open_again()); /* drops nothing */
	result("still", lock(other, F_OFD_SETLK, F_WRLCK, 0, 0));
	if (fork() == 0) {
		result("inherited", lock(file, F_OFD_SETLK, F_UNLCK, 0, 0));
		_exit(0);
	}
	wait(NULL);
	result("now", lock(other, F_OFD_SETLK, F_WRLCK, 0, 0));
	unlink(path);
}

/* Each waits for what the other has: the kernel tells the second one. */
static void deadlock(void)
{
	int fds[2], got;
	pid_t pid;
	char byte;

	make_file();
	MUST(pipe(fds));
	result("first", lock(file, F_SETLKW, F_WRLCK, 0, 1));
	pid = fork();
	if (pid == 0) {
		lock(file, F_SETLKW, F_WRLCK, 1, 1);
		MUST(write(fds[1], "x", 1));
		got = lock(file, F_SETLKW, F_WRLCK, 0, 1);
		_exit(got < 0 ? errno : 0);
	}
	MUST(read(fds[0], &byte, 1));
	await_sleep(pid);
	result("second", lock(file, F_SETLKW, F_WRLCK, 1, 1));
	result("give up", lock(file, F_SETLK, F_UNLCK, 0, 1));
	wait(&got);
	status("child", got);
	unlink(path);
}

static void waits_its_turn(void)
{
	int value;

	make_file();
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			char text[4] = "";

			for (int k = 0; k < 10; k++) {
				int n;

				lock(file, F_SETLKW, F_WRLCK, 0, 0);
				MUST(pread(file, text, 3, 0));
				n = atoi(text);
				snprintf(text, sizeof(text), "%3d", n + 1);
				MUST(pwrite(file, text, 3, 0));
				lock(file, F_SETLK, F_UNLCK, 0, 0);
			}
			_exit(0);
		}
	while (wait(&value) > 0)
		status("one", value);
	char text[4] = "";
	MUST(pread(file, text, 3, 0));
	say("sum %d", atoi(text));
	unlink(path);
}

static void by_lockf(void)
{
	make_file();
	result("lock", lockf(file, F_LOCK, 10));
	result("test mine", lockf(file, F_TEST, 10));
	if (fork() == 0) {
		result("test", lockf(file, F_TEST, 10));
		result("try", lockf(file, F_TLOCK, 10));
		lseek(file, 10, SEEK_SET);
		result("behind", lockf(file, F_TLOCK, 10));
		_exit(0);
	}
	wait(NULL);
	lseek(file, 0, SEEK_SET);
	result("unlock", lockf(file, F_ULOCK, 0));
	unlink(path);
}

static void interrupted(void)
{
	pid_t me = getpid(), holder;
	int fds[2];
	char byte;

	make_file();
	MUST(pipe(fds));
	handle(SIGUSR1, count, 0);
	holder = fork();
	if (holder == 0) {
		lock(file, F_SETLKW, F_WRLCK, 0, 0);
		MUST(write(fds[1], "x", 1));
		await_sleep(me);
		kill(me, SIGUSR1);
		pause();
	}
	MUST(read(fds[0], &byte, 1));
	result("F_SETLKW", lock(file, F_SETLKW, F_WRLCK, 0, 0));
	kill(holder, SIGKILL);
	wait(NULL);
	result("holder is dead", lock(file, F_SETLK, F_WRLCK, 0, 0));
	unlink(path);
}

ROWS(ROW(by_flock), ROW_IF(flock_waits, SORTED | TIMED), ROW(ranges), ROW(lost_by_close),
	ROW(of_open_files), ROW(deadlock), ROW(waits_its_turn), ROW(by_lockf), ROW(interrupted));
