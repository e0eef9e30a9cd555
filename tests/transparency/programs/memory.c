/* Mappings: shared and private, of files, of shared memory objects; protection, ends of files. */
#include "rows.h"

#include <linux/futex.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static char name[64];
static sigjmp_buf back;

static int make(off_t size)
{
	int fd;

	own_name(name, sizeof(name), "/memory");
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	MUST(fd);
	MUST(ftruncate(fd, size));
	return fd;
}

static char *map(int fd, int protection, int flags)
{
	char *p = mmap(NULL, 8192, protection, flags, fd, 0);

	if (p == MAP_FAILED)
		say("mmap: %s", strerrorname_np(errno));
	return p;
}

static void objects(void)
{
	struct stat st;
	char byte;
	int fd = make(100);

	fstat(fd, &st);
	say("%ld bytes, mode %o", (long)st.st_size, st.st_mode & 0777);
	result("zeroes", pread(fd, &byte, 1, 50));
	say("%d", byte);
	result("again", shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
	result("closed on exec", fcntl(fd, F_GETFD));
	okay("read only", shm_open(name, O_RDONLY, 0));
	result("unlink", shm_unlink(name));
	result("again", shm_unlink(name));
	result("gone", shm_open(name, O_RDWR, 0));
	result("still there", pwrite(fd, "x", 1, 0));
	result("no name", shm_open("", O_RDWR | O_CREAT, 0600));
}

static void shared_and_private(void)
{
	int fd = make(8192);
	char *shared = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	char *other = map(fd, PROT_READ, MAP_SHARED);
	char *private = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	char byte;

	shm_unlink(name);
	shared[0] = 's';
	private[1] = 'p';
	say("%c %d %c", other[0], other[1], private[0]);
	shared[2] = 'l';
	say("private sees what it has not written %d", private[2] == 'l' || private[2] == 0);
	if (fork() == 0) {
		shared[3] = 'c';
		private[3] = 'd';
		_exit(0);
	}
	wait(NULL);
	say("%c %d", other[3], private[3]);
	pwrite(fd, "w", 1, 4);
	say("write is seen %c", other[4]);
	result("read sees the mapping", pread(fd, &byte, 1, 3));
	say("%c", byte);
	result("msync", msync(shared, 8192, MS_SYNC));
	result("msync", msync(shared + 1, 8192, MS_SYNC));
	result("munmap", munmap(other, 8192));
	result("msync of nothing", msync(other, 8192, MS_SYNC));
}

static void errors(void)
{
	int fd = make(8192), only = shm_open(name, O_RDONLY, 0);

	shm_unlink(name);
	map(only, PROT_READ | PROT_WRITE, MAP_SHARED);
	say("private %d", map(only, PROT_READ | PROT_WRITE, MAP_PRIVATE) != MAP_FAILED);
	map(999, PROT_READ, MAP_SHARED);
	map(fd, PROT_READ, 0);
	result("nothing", (long)mmap(NULL, 0, PROT_READ, MAP_SHARED, fd, 0));
	result("offset", (long)mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 1));
	result("a pipe", ({
		int fds[2];
		MUST(pipe(fds));
		(long)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fds[0], 0);
	}));
	result("unmap nothing", munmap(NULL, 0));
	result("protect", mprotect((void *)1, 10, PROT_READ));
}

static void jump(int sig, siginfo_t *info, void *context)
{
	(void)context;
	siglongjmp(back, sig == SIGBUS ? 100 : info->si_code);
}

static int touches(volatile char *p, int write)
{
	int how = sigsetjmp(back, 1);

	if (how == 0) {
		if (write)
			*p = 1;
		else
			(void)*p;
	}
	return how;
}

static void protection(void)
{
	struct sigaction act = {.sa_sigaction = jump, .sa_flags = SA_SIGINFO};
	int fd = make(100);
	char *p = map(fd, PROT_READ, MAP_SHARED);

	shm_unlink(name);
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGBUS, &act, NULL);
	say("read %d, write %d", touches(p, 0), touches(p, 1));
	result("mprotect", mprotect(p, 4096, PROT_READ | PROT_WRITE));
	say("write %d", touches(p, 1));
	say("behind the end, in the page %d", touches(p + 200, 1));
	say("the page behind %d", touches(p + 4096, 0) == 100);
	ftruncate(fd, 0);
	say("cut off %d", touches(p, 0) == 100);
	ftruncate(fd, 8192);
	say("grown again %d", touches(p + 4096, 0));
	mprotect(p, 8192, PROT_NONE);
	say("none %d", touches(p, 0));
	munmap(p, 8192);
	say("unmapped %d", touches(p, 0));
}

static void fixed(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *q;

	p[0] = 'a';
	q = mmap(p, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	say("in its place %d, new %d", q == p, p[0]);
	say("not there %d",
		mmap(p, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			0) == MAP_FAILED);
	p[0] = 'b';
	q = mremap(p, 8192, 65536, MREMAP_MAYMOVE);
	say("moved with %c", q[0]);
	result("madvise", madvise(q, 4096, MADV_DONTNEED));
	say("forgotten %d", q[0]);
}

static void after_fork_and_exec(void)
{
	int *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int value;

	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			for (int k = 0; k < 100; k++)
				__atomic_fetch_add(p, 1, __ATOMIC_SEQ_CST);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	say("sum %d", *p);
	if (fork() == 0) {
		munmap(p, 4096);
		_exit(0);
	}
	wait(&value);
	say("mine still %d", *p);
	if (fork() == 0) {
		kill(getpid(), SIGKILL);
	}
	wait(&value);
	status("child", value);
	say("mine still %d", *p);
}

static long futex(int *word, int op, int value)
{
	return syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

static void bare_futex(void)
{
	int *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int value;

	result("changed", futex(p, FUTEX_WAIT, 1));
	pid = fork();
	if (pid == 0)
		_exit(futex(p, FUTEX_WAIT, 0) != 0);
	await_sleep(pid);
	result("woken", futex(p, FUTEX_WAKE, 10));
	waitpid(pid, &value, 0);
	status("it", value);
	result("nobody", futex(p, FUTEX_WAKE, 10));
}

static void limited(void)
{
	struct rlimit limit = {1 << 28, 1 << 28};

	setrlimit(RLIMIT_AS, &limit);
	result("too much",
		(long)mmap(NULL, 1L << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	say("malloc %d", malloc(1UL << 30) == NULL);
	limit = (struct rlimit){1000, 1000};
	setrlimit(RLIMIT_FSIZE, &limit);
	signal(SIGXFSZ, SIG_IGN);
	int fd = open("limited", O_RDWR | O_CREAT, 0600);
	char bytes[2000] = "";
	result("as far as it goes", write(fd, bytes, sizeof(bytes)));
	result("no further", write(fd, bytes, 1));
	unlink("limited");
	limit = (struct rlimit){5, 5};
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < 6; i++)
		if (dup(0) < 0) {
			say("%s", strerrorname_np(errno));
			break;
		}
}

ROWS(ROW(objects), ROW(shared_and_private), ROW(errors), ROW(protection), ROW(fixed),
	ROW(after_fork_and_exec), ROW(bare_futex), ROW(limited));
